"""`python -m toolgrad_data` is the `toolgrad` command."""

from toolgrad_data.cli import main

if __name__ == "__main__":
    main()
