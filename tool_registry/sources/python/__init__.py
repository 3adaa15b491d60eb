"""Python functions, classes and objects as tools."""
