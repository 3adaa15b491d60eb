"""Where a command prints: results on stdout, everything else on stderr; what tools and models say moves no cursor."""

import codecs
import io
import os
import sys
from collections.abc import Iterator

from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderableType, RenderHook
from rich.segment import Segment

# Not a terminal's 80: in a pipe or a log a wider line is easier to read than a cut one.
_PIPED_WIDTH = 120
_JSON_ESCAPES = "toolgrad-json-escapes"


def console(*, stderr: bool = False) -> Console:
    """Return a console on stdout or stderr that stays readable in a pipe, and prints control characters nowhere."""
    made = Console(stderr=stderr, highlight=False)
    if not made.is_terminal and "COLUMNS" not in os.environ:
        made.width = _PIPED_WIDTH
    made.push_render_hook(_WithoutControls())
    return made


def write_in_any_code_page() -> None:
    """Have the process's output replace what its code page lacks (cp1252, ASCII), where it would raise."""
    for stream in (sys.stdout, sys.stderr):
        # `surrogateescape` is what Python takes for the C locale.
        if isinstance(stream, io.TextIOWrapper) and stream.errors in ("strict", "surrogateescape"):
            stream.reconfigure(errors="replace")


def print_json(text: str) -> None:
    """Print a JSON text and a line end on stdout; what its code page lacks as JSON's own escapes."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    sys.stdout.write(text.encode(encoding, _JSON_ESCAPES).decode(encoding) + "\n")


def _escape_lacking(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    units = (lacking[at : at + 2].hex() for at in range(0, len(lacking), 2))
    return "".join(f"\\u{unit}" for unit in units), error.end


codecs.register_error(_JSON_ESCAPES, _escape_lacking)


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
    """Return the text without escapes and control characters but tabs and line breaks, written in one direction."""
    from tool_registry.json import plain_text

    return plain_text.without_controls(text)


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
