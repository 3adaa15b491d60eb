"""What probing learned of tools: schemas of their results, and which of them do not work."""
