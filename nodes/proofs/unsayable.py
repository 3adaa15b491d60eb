"""Values that nobody would type, so that no words of a person are their source."""

import re
from typing import Any

from nodes.marks.quantities import exact
from nodes.marks.wording import titles_of

USER_STRING_MAX = 120
USER_DECIMALS_MAX = 3

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_HEX = re.compile(r"(?<![0-9a-z])(?:0x)?[0-9a-f]{16,}(?![0-9a-z])", re.IGNORECASE)
_LONG_DECIMAL = re.compile(rf"[+-]?[0-9]*\.[0-9]{{{USER_DECIMALS_MAX + 1},}}")


def unsayable(value: Any, schema: dict[str, Any]) -> str | None:
    """Return why nobody would type the value, or None when somebody may.

    Digits alone (a card number) and two capitals with digits (an IBAN) are codes that people do type, however
    long they are. A labelled value is typed as its title.
    """
    if titles_of(schema, value):
        return None
    if isinstance(value, dict | list):
        return "it is a container"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return None if not _decimals(value) > USER_DECIMALS_MAX else f"it has over {USER_DECIMALS_MAX} decimals"
    if not isinstance(value, str):
        return None
    if not value.strip():
        return "it is empty"
    if len(value) > USER_STRING_MAX:
        return f"it is over {USER_STRING_MAX} characters long"
    if _UUID.search(value):
        return "it is a UUID"
    if any(not re.fullmatch(r"(?:[A-Z]{2})?[0-9]+", found.group()) for found in _HEX.finditer(value)):
        return "it is hexadecimal of 16 digits or more"
    return f"it has over {USER_DECIMALS_MAX} decimals" if _LONG_DECIMAL.fullmatch(value) else None


def _decimals(value: float) -> int:
    exponent = exact(value).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
