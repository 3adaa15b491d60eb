"""The workflow: its state, settings, record, routing and compiled graph."""
