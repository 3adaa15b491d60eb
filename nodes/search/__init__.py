"""The nodes of the query-first workflow, and its search tree."""
