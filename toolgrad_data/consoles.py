"""Where a command prints: results on stdout, everything else on stderr."""

import os

from rich.console import Console, RenderableType

# Not a terminal's 80: in a pipe or a log a wider line is easier to read than a cut one.
_PIPED_WIDTH = 120


def console(*, stderr: bool = False) -> Console:
    """Return a console on stdout or stderr that stays readable in a pipe."""
    made = Console(stderr=stderr, highlight=False)
    if not made.is_terminal and "COLUMNS" not in os.environ:
        made.width = _PIPED_WIDTH
    return made


def emit(on: Console, view: RenderableType) -> None:
    """Print the view; without a terminal, without the blanks that fill its lines up."""
    if on.is_terminal:
        on.print(view)
        return
    with on.capture() as captured:
        on.print(view)
    for line in captured.get().splitlines():
        on.file.write(f"{line.rstrip()}\n")
