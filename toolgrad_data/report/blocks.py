"""Lines of JSON packed into the page: gzip and base64, in blocks of which the browser unpacks one at a time."""

import base64
import gzip
import json
from collections.abc import Callable
from typing import Any

#: Characters of a block before it is packed: small enough to unpack at once, large enough to pack well.
BLOCK_CHARS = 1_000_000

Write = Callable[[str], object]


class BlockWriter:
    """Writes lines into `<script>` elements of data, which a browser neither runs nor shows.

    Several streams, such as the heads and the bodies of records, share a writer: block 3 of each has the same lines.
    `first` on an element is the number of its first line.
    """

    def __init__(self, write: Write, *streams: str) -> None:
        self._write = write
        self._lines: dict[str, list[bytes]] = {name: [] for name in streams}
        self._chars = 0
        self._done = 0

    def add(self, *values: Any) -> None:
        """Append a line to each stream; nothing of them stays in memory once a block is full."""
        for lines, value in zip(self._lines.values(), values, strict=True):
            line = json_line(value)
            lines.append(line)
            self._chars += len(line)
        if self._chars >= BLOCK_CHARS:
            self.flush()

    def flush(self) -> None:
        """Write what is left as a block."""
        count = 0
        for name, lines in self._lines.items():
            count = len(lines)
            if lines:
                # mtime: the same records make the same file.
                packed = base64.b64encode(gzip.compress(b"\n".join(lines), 9, mtime=0)).decode()
                self._write(f'<script type="text/plain" class="{name}" data-first="{self._done}">{packed}</script>\n')
                lines.clear()
        self._done += count
        self._chars = 0


def json_line(value: Any) -> bytes:
    """Return the value as JSON in UTF-8; lone surrogates, which UTF-8 lacks, as escapes."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


def inline_json(value: Any) -> str:
    """Return the value as JSON that nothing in it can end or comment out as HTML."""
    text = json.dumps(value, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
