"""Calling a tool: the call itself, its limits, and what its answer is read as."""
