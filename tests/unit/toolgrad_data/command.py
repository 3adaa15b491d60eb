"""The command line in this process."""

import pytest

from toolgrad_data import cli


def toolgrad(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    """Run `toolgrad ARGUMENTS…` and return what it ends with."""
    monkeypatch.setattr("sys.argv", ["toolgrad", *map(str, arguments)])
    try:
        cli.main()
    except SystemExit as error:
        return int(error.code or 0)
    return 0
