"""Marks: who writes says which value each word comes from or goes to, as links that are stripped into spans."""
