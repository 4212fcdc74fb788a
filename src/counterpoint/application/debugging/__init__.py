"""Debugging: an instance at any point of its history, sessions that step through one, and replays of one."""
