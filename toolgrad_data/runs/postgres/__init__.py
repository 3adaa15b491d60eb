"""A run's checkpoints and ledger in PostgreSQL, for several machines (extra `postgres`)."""
