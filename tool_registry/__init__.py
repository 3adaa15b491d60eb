"""Tools as the workflow sees them: what they are, which may run, how they are drawn and executed."""
