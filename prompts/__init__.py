"""Prompts as files; `render` fills them and fails on a missing or unused variable.

A file is two messages: what stands above the line `---` never changes, so that a provider can cache it; below
it `{{name}}` stands for a variable.
"""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

_FOLDER = Path(__file__).parent
_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_DIVIDER = "\n---\n"


class PromptError(Exception):
    """A prompt does not exist, is not two parts, or was rendered with the wrong variables."""


class Prompt(NamedTuple):
    """The system message, the same for every sample, and the user message."""

    system: str
    user: str


def render(name: str, /, **variables: str) -> Prompt:
    """Return the prompt of `NAME.md` with its variables filled; values are put in as they are.

    Raises PromptError naming the variables that are missing or that the prompt does not have.
    """
    system, user = load(name)
    wanted = set(_VARIABLE.findall(user))
    missing, unused = sorted(wanted - variables.keys()), sorted(variables.keys() - wanted)
    if missing or unused:
        words = [f"missing {', '.join(missing)}"] if missing else []
        words += [f"unused {', '.join(unused)}"] if unused else []
        raise PromptError(f"prompt {name!r}: {'; '.join(words)}. It has: {', '.join(sorted(wanted))}")
    return Prompt(system, _VARIABLE.sub(lambda found: variables[found[1]], user))


@cache
def load(name: str) -> Prompt:
    """Return the two parts of a prompt, not filled; read from disk once. Raises PromptError."""
    path = _FOLDER / f"{name}.md"
    if not re.fullmatch(r"\w+", name) or not path.is_file():
        known = ", ".join(names())
        raise PromptError(f"there is no prompt {name!r}; there are: {known}")
    system, divider, user = path.read_text(encoding="utf-8").partition(_DIVIDER)
    if not divider or _VARIABLE.search(system):
        raise PromptError(f"prompt {name!r}: needs a line '---', and variables only below it")
    return Prompt(system.strip(), user.strip())


def names() -> list[str]:
    """Return the names of all prompts; the page about them is none."""
    return sorted(file.stem for file in _FOLDER.glob("*.md") if file.stem != "README")
