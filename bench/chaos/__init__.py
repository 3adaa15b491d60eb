"""Runs that are killed, stopped, starved or cut off, and run again."""
