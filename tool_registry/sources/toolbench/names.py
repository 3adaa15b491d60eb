"""Names as ToolBench standardises them: its server finds an API by these and by nothing else.

The rules are those of `standardize` and `change_name` in ToolBench (toolbench/utils.py), `^` among the allowed
characters included.
"""

import re

_NOT_ALLOWED = re.compile(r"[^\u4e00-\u9fa5a-zA-Z0-9_^]")
#: Words that could not name a Python function or argument, and those that ToolBench renames beside them.
_RENAMED = frozenset({"from", "class", "return", "false", "true", "id", "and"})


def standardise(name: str) -> str:
    """Return the name in lower case with `_` for what is not allowed; "" when nothing of it is."""
    plain = re.sub(r"__+", "_", _NOT_ALLOWED.sub("_", name)).lower().strip("_")
    return f"get_{plain}" if plain[:1].isdigit() else plain


def api_name(name: str) -> str:
    """Return the name of an API or of a parameter: standardised, and no word of Python's."""
    plain = standardise(name)
    return f"is_{plain}" if plain in _RENAMED else plain


def standardise_category(name: str) -> str:
    """Return a category as the server's folders are called: `News, Media` is `News_Media`."""
    return re.sub(r"[ ,/]", "_", name).replace("__", "_")
