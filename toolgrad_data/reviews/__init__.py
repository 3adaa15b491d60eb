"""What people decided about a run's records: `reviews.jsonl`, its agreement, and the records as reviewed."""
