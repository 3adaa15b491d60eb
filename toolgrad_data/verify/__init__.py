"""Proving a file of records again: lines, proofs, replay, distinctness, and the report of them."""
