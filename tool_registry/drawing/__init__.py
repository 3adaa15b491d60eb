"""Drawing tools: which ones an iteration is offered, and the index that they are drawn and found by."""
