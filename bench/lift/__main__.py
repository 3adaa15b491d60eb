"""Runs `python -m bench.lift`."""

from bench.lift.command import main

if __name__ == "__main__":
    main()
