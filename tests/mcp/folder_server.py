"""A server that keeps notes in a folder, and headings in its memory; it says of no tool what it does.

Argument: the folder.
"""

import sys
from pathlib import Path
from typing import Any

from tests.mcp.notes_server import Tools, serve

FOLDER = Path(sys.argv[1])
HEADINGS = ["none"]
NAME = {"type": "string", "title": "note", "examples": ["garden", "attic", "cellar"]}


def note_lines(name: str) -> dict[str, Any]:
    path = FOLDER / name
    return {"lines": len(path.read_text().splitlines()) if path.exists() else 0}


def note_names() -> dict[str, Any]:
    return {"notes": sorted(path.name for path in FOLDER.iterdir())}


def add_line(name: str) -> dict[str, Any]:
    with (FOLDER / name).open("a") as note:
        note.write("a line\n")
    return {"done": True}


def set_heading(name: str) -> dict[str, Any]:
    HEADINGS.append(name)
    return {"done": True}


def headings() -> dict[str, Any]:
    return {"headings": HEADINGS}


TOOLS: Tools = {
    "note_lines": (note_lines, "Count the lines of a note.", {"name": NAME}, None),
    "note_names": (note_names, "List the notes.", {}, None),
    "add_line": (add_line, "Add a line to a note.", {"name": NAME}, None),
    "set_heading": (set_heading, "Set the heading of what follows.", {"name": NAME}, None),
    "headings": (headings, "Say which headings there were.", {}, None),
}

serve(TOOLS)
