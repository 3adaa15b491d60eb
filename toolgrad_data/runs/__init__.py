"""Runs: samples made, kept on disk, continued, counted."""
