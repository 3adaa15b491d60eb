"""Settings that hold `${NAME}`: filled in from the environment where they are used, never where they are kept."""

import os
import re
from typing import Any

from tool_registry.tool import LoadError

#: `${NAME}`, `${NAME:-what stands in when it is unset}`, and `$${…}` for a literal `${…}`.
_VARIABLE = re.compile(r"\$(\$)?\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")
#: A shorter value is too likely to stand in good data to be taken for a secret.
_SECRET_MIN = 6
_SECRET_NAME = re.compile(r"KEY|TOKEN|SECRET|PASS|AUTH|CREDENTIAL|COOKIE|SESSION", re.IGNORECASE)
#: A folder, or a URL without a user: what a variable may hold that results are to be free to name.
_PLACE = re.compile(r"(/|~|[A-Za-z]:\\)[^\n]*|https?://[^@\s]*")


def expand(value: Any, where: str) -> Any:
    """Return a copy of the JSON-like value with each `${NAME}` in its strings replaced; names stay as they are.

    `where` opens the message: "source weather". Raises LoadError naming every variable that is not set and has
    no `:-` default.
    """
    missing = sorted(name for name, default in _variables(value) if default is None and name not in os.environ)
    if missing:
        said = " and ".join(missing)
        raise LoadError(
            f"{where}: the environment has no {said}. Set it, for example: export {missing[0]}=…, "
            f"or write ${{{missing[0]}:-DEFAULT}}."
        )
    return _expand(value)


def secrets_in(value: Any) -> list[str]:
    """Return what the variables in the value hold now, the longest first: what must not be shown or kept.

    A folder or an address is none unless the variable's name says so (KEY, TOKEN, PASSWORD and the like).
    """
    held = {
        os.environ[name]
        for name, _ in _variables(value)
        if name in os.environ and (_SECRET_NAME.search(name) or not _PLACE.fullmatch(os.environ[name]))
    }
    return sorted((each for each in held if len(each) >= _SECRET_MIN), key=lambda each: (-len(each), each))


def names_variables(value: Any) -> bool:
    """Tell whether a string of the value holds `${NAME}`."""
    return bool(_variables(value))


def _variables(value: Any) -> list[tuple[str, str | None]]:
    if isinstance(value, str):
        return [(found[2], found[3]) for found in _VARIABLE.finditer(value) if not found[1]]
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return [each for member in members for each in _variables(member)]


def _expand(value: Any) -> Any:
    if isinstance(value, str):
        return _VARIABLE.sub(_replacement, value)
    if isinstance(value, dict):
        return {name: _expand(member) for name, member in value.items()}
    return [_expand(item) for item in value] if isinstance(value, list | tuple) else value


def _replacement(found: re.Match[str]) -> str:
    if found[1]:
        return found[0][1:]
    return os.environ.get(found[2], found[3] or "")
