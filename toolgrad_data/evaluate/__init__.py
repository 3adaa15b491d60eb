"""Evaluation: a model behind an endpoint plays tasks, and is measured."""
