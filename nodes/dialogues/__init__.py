"""Dialogues: how an executed chain is cut into turns, before their words are there."""
