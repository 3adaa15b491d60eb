"""Tools with state: instances, sessions and forks of them, strict replay, effects."""
