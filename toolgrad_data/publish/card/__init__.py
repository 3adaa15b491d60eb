"""The data card: what a data set holds, where it is from, what it must not be taken for."""
