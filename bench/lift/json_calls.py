"""Calls as JSON, in a list or in Hermes' tags: read as generously as Python's notation, and written.

As there, what is no value of the notation is taken as its text: `{"city": Oslo}` has the text Oslo, as `city=Oslo` has.
"""

import ast
import json
import re
from typing import Any

from bench.lift.reading import Named, decode, first_calls, parse, value_of

_BEGINNINGS = re.compile(r"[\[{]")
_TAG = re.compile(r"\s*</?tool_call>\s*")
_BLOCK = re.compile(r"<tool_call>(.*?)</tool_call>", re.DOTALL)
_WORDS = {"true": True, "false": False, "null": None}


def decode_json(text: str) -> list[Named]:
    """Return the calls of a JSON list of objects with name and arguments, or of one. Raises ValueError."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = _loosely(text)
    calls = found if isinstance(found, list) else [found]
    if not calls or not all(map(_is_call, calls)):
        raise ValueError("no objects with name and arguments")
    return [{call["name"]: call["arguments"]} for call in calls]


def _is_call(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == {"name", "arguments"}
        and isinstance(value["name"], str)
        and isinstance(value["arguments"], dict)
    )


def _loosely(text: str) -> list[dict[str, Any]]:
    """Return what is JSON but for its quotes, commas or values."""
    tree = _OwnWords().visit(parse(text))
    read = []
    for node in tree.elts if isinstance(tree, ast.List) else [tree]:
        call = _members(node)
        if call.keys() != {"name", "arguments"}:
            raise ValueError("no object with name and arguments")
        arguments = {key: value_of(value) for key, value in _members(call["arguments"]).items()}
        read.append({"name": value_of(call["name"]), "arguments": arguments})
    return read


class _OwnWords(ast.NodeTransformer):
    """Reads true, false and null; Python's words for them are text here, as JSON's are in Python's notation."""

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Constant(_WORDS[node.id]) if node.id in _WORDS else node

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        return ast.Name(str(node.value)) if node.value is None or isinstance(node.value, bool) else node


def _members(node: ast.expr) -> dict[str, ast.expr]:
    if not isinstance(node, ast.Dict):
        raise ValueError("no object")
    keys = [key.value if isinstance(key, ast.Constant) else None for key in node.keys]
    if not all(isinstance(key, str) for key in keys):
        raise ValueError("no object with names")
    return dict(zip(map(str, keys), node.values, strict=True))


def find_json_calls(text: str) -> list[Named] | None:
    """Return the first list of calls, or the first call, that stands anywhere in the text."""
    return first_calls(text, _BEGINNINGS, decode_json)


def find_tagged_calls(text: str) -> list[Named] | None:
    """Return the first calls in tags that follow each other, or the first calls, that stand anywhere in the text."""
    calls: list[Named] = []
    for part in filter(None, _TAG.split(text)):
        try:
            calls += decode_json(part)
        except ValueError:
            if calls:
                break
    return calls or find_json_calls(text)


def is_json_calls(text: str) -> bool:
    """Say whether the text is a JSON list of calls and nothing else."""
    return text.startswith("[") and _can_be_read(text)


def is_tagged_calls(text: str) -> bool:
    """Say whether the text is calls in tags and nothing else."""
    blocks = [block.strip() for block in _BLOCK.findall(text)]
    return bool(blocks) and not _BLOCK.sub("", text).strip() and all(map(_can_be_read, blocks))


def _can_be_read(text: str) -> bool:
    try:
        decode_json(text)
    except ValueError:
        return False
    return True


def as_json(text: str) -> str:
    """Return a list of Python calls as a JSON list of calls."""
    return json.dumps(_objects(text), ensure_ascii=False)


def as_tagged(text: str) -> str:
    """Return a list of Python calls as calls in Hermes' tags, which nothing in a value closes."""
    parts = [json.dumps(call, ensure_ascii=False).replace("</", "<\\/") for call in _objects(text)]
    return "\n".join(f"<tool_call>\n{part}\n</tool_call>" for part in parts)


def _objects(text: str) -> list[dict[str, Any]]:
    return [{"name": name, "arguments": given} for call in decode(text) for name, given in call.items()]
