"""Data cards, and pushing a data set to where others find it."""
