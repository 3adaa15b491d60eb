"""Counting tokens of captured requests: by o200k_base where its file is at hand, else characters divided by four."""

import json
import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

#: The name under which tiktoken keeps the vocabulary of o200k_base.
_FILE = "fb374d419588a4632f3f557e76b4b70aebbca790"


@cache
def counter() -> tuple[str, Callable[[str], int]]:
    """Return the name of the way of counting and the function; never reaches for the network."""
    named = [os.environ[name] for name in ("TIKTOKEN_CACHE_DIR", "DATA_GYM_CACHE_DIR") if os.environ.get(name)]
    folders = named[:1] or [os.path.join(tempfile.gettempdir(), "data-gym-cache")]
    if any((Path(folder) / _FILE).is_file() for folder in folders):
        import tiktoken

        encoding = tiktoken.get_encoding("o200k_base")
        return "o200k_base", lambda text: len(encoding.encode_ordinary(text))
    return "characters / 4", lambda text: (len(text) + 3) // 4


def prompt_text(body: dict[str, Any]) -> str:
    """Return all of a request that counts as its prompt: messages, tools and the answer's schema."""
    parts = [_content(message) for message in body.get("messages") or ()]
    if body.get("tools"):
        parts.append(json.dumps(body["tools"], separators=(",", ":")))
    shape = body.get("response_format") or {}
    if shape.get("type") == "json_schema":
        parts.append(json.dumps(shape["json_schema"], separators=(",", ":")))
    return "\n".join(parts)


def _content(message: dict[str, Any]) -> str:
    content = message.get("content")
    if isinstance(content, list):
        return "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return str(content or "")
