"""Debugging: sessions that step through an instance or a trial, and replays of a history."""
