"""The terminal debugger: a plain one that reads lines, and one that fills the screen."""
