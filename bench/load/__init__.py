"""Load over HTTP: a real server in a process of its own, one load generator, and the peer under the same load."""
