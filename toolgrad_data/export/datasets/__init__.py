"""Stages of a data set between records and files: splits, candidates, preferences, decontamination."""
