"""Conversations in which the right answer is no call, or not yet one: one file a kind."""
