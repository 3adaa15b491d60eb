"""The deterministic policy that needs no model."""
