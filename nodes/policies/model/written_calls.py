"""Calls that stand in a model's text in forms other than JSON: parameters in tags, and Python's."""

import ast
import contextlib
import json
import re
import warnings
from itertools import islice
from typing import Any

_LONGEST = 40_000
_STARTS = 20
_PARENTHESES = 8

_FUNCTION = re.compile(r"<(?:function|invoke|tool)(?:=|\s+name\s*=)\s*[\"']?([\w.:-]+)[\"']?\s*>")
_KEYED_CALL = re.compile(r"<tool_call>\s*([\w.:-]+)\s*(?=<arg_key>)")
_PARAMETER = re.compile(
    r"<(parameter|param|arg)(?:=|\s+name\s*=)\s*[\"']?([\w.:-]+)[\"']?(?:\s[^>]*)?>(.*?)</\1>", re.DOTALL
)
_KEYED = re.compile(r"<arg_key>(.*?)</arg_key>\s*<arg_value>(.*?)</arg_value>", re.DOTALL)
_PYTHON = re.compile(r"(?<![\w.])([A-Za-z_][\w.]*)\(\s*(?=[A-Za-z_]\w*\s*=|\))")


def written_calls(text: str) -> list[dict[str, Any]]:
    """Return the calls in order, each as `{"name", "arguments"}`."""
    text = text[-_LONGEST:]
    return _tagged(text) or _of_python(text)


def _tagged(text: str) -> list[dict[str, Any]]:
    heads = [*_FUNCTION.finditer(text), *_KEYED_CALL.finditer(text)]
    if not heads:
        return []
    ends = [*(head.start() for head in heads[1:]), len(text)]
    calls = []
    for head, end in zip(heads, ends, strict=True):
        inside = text[head.end() : end]
        arguments = {name: _valued(value) for _, name, value in _PARAMETER.findall(inside)}
        arguments |= {name.strip(): _valued(value) for name, value in _KEYED.findall(inside)}
        if arguments:
            calls.append({"name": head[1], "arguments": arguments})
    return calls


def _valued(text: str) -> Any:
    bare = text.strip()
    with contextlib.suppress(ValueError, RecursionError):
        return json.loads(bare, strict=False)
    return bare


def _of_python(text: str) -> list[dict[str, Any]]:
    calls: list[dict[str, Any]] = []
    position = 0
    for _ in range(_STARTS):
        head = _PYTHON.search(text, position)
        if head is None:
            break
        position = head.end()
        for end in _ends(text, head.end()):
            found = _call(text[head.start() : end])
            if found is not None:
                calls.append(found)
                position = end
                break
    return calls


def _ends(text: str, start: int) -> list[int]:
    """Return where the call may end: at each of the next parentheses."""
    return [found.end() for found in islice(re.compile(r"\)").finditer(text, start), _PARENTHESES)]


def _call(text: str) -> dict[str, Any] | None:
    """Return a call whose arguments are all named literals, or None."""
    try:
        with warnings.catch_warnings(action="ignore"):  # of escapes that Python does not know
            node = ast.parse(text, mode="eval").body
        if not isinstance(node, ast.Call) or node.args or any(word.arg is None for word in node.keywords):
            return None
        arguments = {str(word.arg): ast.literal_eval(word.value) for word in node.keywords}
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None
    return {"name": ast.unparse(node.func), "arguments": arguments}
