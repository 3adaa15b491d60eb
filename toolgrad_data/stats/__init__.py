"""What a data set is like: figures of its records, and two sets side by side."""
