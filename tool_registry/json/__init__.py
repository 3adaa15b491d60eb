"""JSON values and JSON Schema: what both of them are, how they are walked, compared, cut and repaired."""
