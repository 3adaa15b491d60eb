"""The phases of the loop, one node a file."""
