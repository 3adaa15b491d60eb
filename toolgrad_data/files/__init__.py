"""Files on the disk: lines that survive a crash, lines that may hold anything, files written as a whole."""
