"""Does tuning on our records lift a small model on tools it has never seen? See README.md here."""
