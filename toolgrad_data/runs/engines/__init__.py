"""Who makes the samples of a run: this process (`here.py`) or several (`pool.py`, `worker.py`, `messages.py`)."""
