"""Calls out of what a model has written."""

import ast
import re
from typing import Any

NO_FIT = "No function fits."
#: A call as BFCL's checker takes it: one function's name and its arguments.
Named = dict[str, dict[str, Any]]
_CLOSINGS = 12


def dotted(node: ast.expr) -> str:
    """Return a name, also one with dots. Raises ValueError."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    if isinstance(node, ast.Name):
        return node.id
    raise ValueError("no name of a function")


def decode(text: str) -> list[Named]:
    """Return the calls of a list in Python's notation, or of one call. Raises ValueError if it is none."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, RecursionError, MemoryError, ValueError) as error:
        raise ValueError(str(error)) from error
    calls: list[Named] = []
    for node in tree.elts if isinstance(tree, ast.List) else [tree]:
        if not isinstance(node, ast.Call) or node.args or any(word.arg is None for word in node.keywords):
            raise ValueError("no call with keyword arguments")
        calls.append({dotted(node.func): {str(word.arg): _value(word.value) for word in node.keywords}})
    if not calls:
        raise ValueError("an empty list")
    return calls


def _value(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, RecursionError, MemoryError):
        return ast.unparse(node)


def find_calls(text: str) -> list[Named] | None:
    """Return the first list of calls, or the first call, that stands anywhere in the text."""
    for start in re.finditer(r"\[|\b[A-Za-z_][\w.]*\(", text):
        closing = "]" if start.group() == "[" else ")"
        ends = [place for place in range(start.end(), len(text)) if text[place] == closing][:_CLOSINGS]
        for end in ends:
            try:
                return decode(text[start.start() : end + 1])
            except ValueError:
                continue
    return None


def is_strict(text: str) -> bool:
    """Say whether the whole answer is in the form that was asked for."""
    if text.strip() == NO_FIT:
        return True
    try:
        decode(text)
    except ValueError:
        return False
    return text.strip().startswith("[")


def written(calls: list[Named]) -> str:
    """Return calls as a model is to write them."""
    parts = []
    for call in calls:
        ((name, arguments),) = call.items()
        parts.append(f"{name}({', '.join(f'{key}={value!r}' for key, value in arguments.items())})")
    return f"[{', '.join(parts)}]"
