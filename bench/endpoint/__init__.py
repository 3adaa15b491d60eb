"""A model endpoint on loopback whose answers come from the offline policy."""
