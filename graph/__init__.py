"""The workflow: its state, settings, record, routing and compiled graph."""

from graph.shadowing import check_packages

check_packages()  # before anything else of ours is imported by name: a foreign `nodes` would be imported instead
