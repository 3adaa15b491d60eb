"""JSON Pointers (RFC 6901), JSON equality and leaves."""

from collections.abc import Iterator
from typing import Any, Final

MISSING: Final = object()


def escape(token: str) -> str:
    """Return a member name as a pointer token."""
    return token.replace("~", "~0").replace("/", "~1") if "~" in token or "/" in token else token


def tokens(pointer: str) -> list[str]:
    """Return the unescaped tokens of a pointer. Raises ValueError when it is not one."""
    if pointer == "":
        return []
    if not pointer.startswith("/"):
        raise ValueError(f"{pointer!r} is not a JSON Pointer: it must be empty or begin with '/'")
    found = pointer[1:].split("/")
    return [token.replace("~1", "/").replace("~0", "~") for token in found] if "~" in pointer else found


def leaf_name(pointer: str) -> str:
    """Return the innermost member's name: of `/stops/0/city` that is `city`, of `/tags/0` `tags`; "" of a whole."""
    return next((token for token in reversed(tokens(pointer)) if token and not token.isdecimal()), "")


def last_position(pointer: str) -> int | None:
    """Return the place of a pointer in the innermost list, or None outside lists."""
    return next((int(token) for token in reversed(tokens(pointer)) if token.isdecimal()), None)


def resolve(document: Any, pointer: str) -> Any:
    """Return what stands at the pointer, or MISSING. Raises ValueError when it is not a pointer."""
    value = document
    for token in tokens(pointer):
        if isinstance(value, dict) and token in value:
            value = value[token]
        elif isinstance(value, list) and token.isdecimal() and int(token) < len(value):
            value = value[int(token)]
        else:
            return MISSING
    return value


def leaves(document: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Yield (pointer, value) of each leaf: a scalar or an empty container, in document order, at any depth."""
    left = [(pointer, document)]
    while left:
        where, value = left.pop()
        if isinstance(value, dict) and value:
            left += [(f"{where}/{escape(name)}", member) for name, member in reversed(value.items())]
        elif isinstance(value, list) and value:
            left += [(f"{where}/{position}", value[position]) for position in range(len(value) - 1, -1, -1)]
        else:
            yield where, value


def scalars(document: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the leaves that are scalars."""
    return ((where, value) for where, value in leaves(document, pointer) if not isinstance(value, dict | list))


def comparable(scalar: Any) -> Any:
    """Return a hashable stand-in for a scalar: two are equal when their scalars are equal as JSON."""
    return ("", scalar) if isinstance(scalar, bool) else scalar


def equal(a: Any, b: Any) -> bool:
    """Compare as JSON: 1 equals 1.0, true does not equal 1, there is no other coercion."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, int | float) and isinstance(b, int | float):
        return a == b
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(equal(value, b[name]) for name, value in a.items())
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(equal, a, b))
    return type(a) is type(b) and bool(a == b)
