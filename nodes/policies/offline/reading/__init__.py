"""What the policy reads off tools, results and the context; it decides nothing."""
