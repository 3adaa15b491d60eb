"""The server: plays the tasks, and has their keys."""
