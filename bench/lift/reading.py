"""Calls out of what a model has written."""

import ast
import re
from collections.abc import Callable
from typing import Any

NO_FIT = "No function fits."
#: A call as BFCL's checker takes it: one function's name and its arguments.
Named = dict[str, dict[str, Any]]
_CLOSINGS = 12
_CLOSING_OF = {"[": "]", "(": ")", "{": "}"}
_BEGINNINGS = re.compile(r"\[|\b[A-Za-z_][\w.]*\(")


def dotted(node: ast.expr) -> str:
    """Return a name, also one with dots. Raises ValueError."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    if isinstance(node, ast.Name):
        return node.id
    raise ValueError("no name of a function")


def decode(text: str) -> list[Named]:
    """Return the calls of a list in Python's notation, or of one call. Raises ValueError if it is none."""
    tree = parse(text)
    calls: list[Named] = []
    for node in tree.elts if isinstance(tree, ast.List) else [tree]:
        if not isinstance(node, ast.Call) or node.args or any(word.arg is None for word in node.keywords):
            raise ValueError("no call with keyword arguments")
        calls.append({dotted(node.func): {str(word.arg): value_of(word.value) for word in node.keywords}})
    if not calls:
        raise ValueError("an empty list")
    return calls


def parse(text: str) -> ast.expr:
    """Return an expression. Raises ValueError."""
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, RecursionError, MemoryError, ValueError) as error:
        raise ValueError(str(error)) from error


def value_of(node: ast.expr) -> Any:
    """Return a literal's value, of anything else its text."""
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, RecursionError, MemoryError):
        return ast.unparse(node)


def find_calls(text: str) -> list[Named] | None:
    """Return the first list of calls, or the first call, that stands anywhere in the text."""
    return first_calls(text, _BEGINNINGS, decode)


def first_calls(text: str, beginnings: re.Pattern[str], read: Callable[[str], list[Named]]) -> list[Named] | None:
    """Return the first calls that can be read from one of the beginnings to a bracket that closes it."""
    for start in beginnings.finditer(text):
        closing = _CLOSING_OF[start.group()[-1]]
        ends = [place for place in range(start.end(), len(text)) if text[place] == closing][:_CLOSINGS]
        for end in ends:
            try:
                return read(text[start.start() : end + 1])
            except ValueError:
                continue
    return None


def is_calls(text: str) -> bool:
    """Say whether the text is a list of calls and nothing else."""
    try:
        decode(text)
    except ValueError:
        return False
    return text.startswith("[")


def written(calls: list[Named]) -> str:
    """Return calls as a model is to write them."""
    parts = []
    for call in calls:
        ((name, arguments),) = call.items()
        parts.append(f"{name}({', '.join(f'{key}={value!r}' for key, value in arguments.items())})")
    return f"[{', '.join(parts)}]"
