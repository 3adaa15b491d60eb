"""What stands outside the graph: runs on disk, the command line, verification, exports."""
