"""Where a command prints: results on stdout, everything else on stderr; what tools and models say moves no cursor."""

import os
import re
from collections.abc import Iterator

from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderableType, RenderHook
from rich.segment import Segment

# Not a terminal's 80: in a pipe or a log a wider line is easier to read than a cut one.
_PIPED_WIDTH = 120
# All but tabs and line breaks, and what turns the direction of writing.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+")


def console(*, stderr: bool = False) -> Console:
    """Return a console on stdout or stderr that stays readable in a pipe, and prints control characters nowhere."""
    made = Console(stderr=stderr, highlight=False)
    if not made.is_terminal and "COLUMNS" not in os.environ:
        made.width = _PIPED_WIDTH
    made.push_render_hook(_WithoutControls())
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


def without_controls(text: str) -> str:
    """Return the text without control characters but tabs and line breaks, and with `?` for lone surrogates."""
    return _CONTROL.sub("", text).encode("utf-8", "replace").decode()


class _WithoutControls(RenderHook):
    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        """Wrap what is printed; rich's own control codes are segments of their own."""
        return [_Cleaned(one) for one in renderables]


class _Cleaned:
    def __init__(self, inner: ConsoleRenderable) -> None:
        self._inner = inner

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        for segment in console.render(self._inner, options):
            if segment.control:
                yield segment
            else:
                yield Segment(without_controls(segment.text), segment.style)
