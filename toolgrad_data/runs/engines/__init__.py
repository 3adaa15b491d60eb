"""Who makes the samples of a run: this process, several, or a Ray cluster."""
