"""Values that nobody would type, so that no words of a person are their source."""

import re
from typing import Any

from nodes.marks.quantities import exact
from nodes.marks.wording import titles_of

USER_STRING_MAX = 120
USER_DECIMALS_MAX = 3

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
#: Digits alone (a card number) and two capitals with digits (an IBAN) are codes that people do type, however long.
_HEX = re.compile(r"(?<![0-9a-z])(?!(?-i:[A-Z]{2})?[0-9]+(?![0-9a-z]))(?:0x)?[0-9a-f]{16,}(?![0-9a-z])", re.IGNORECASE)
_LONG_DECIMAL = re.compile(rf"[+-]?[0-9]*\.[0-9]{{{USER_DECIMALS_MAX + 1},}}")


def unsayable(value: Any, schema: dict[str, Any]) -> str | None:
    """Return why nobody would type the value, or None when somebody may. A labelled value is typed as its title."""
    if titles_of(schema, value) or isinstance(value, bool) or value is None:
        return None
    if isinstance(value, dict | list):
        return "it is a container"
    if isinstance(value, int | float):
        exponent = exact(value).normalize().as_tuple().exponent
        is_long = isinstance(exponent, int) and -exponent > USER_DECIMALS_MAX
        return f"it has over {USER_DECIMALS_MAX} decimals" if is_long else None
    if not value.strip():
        return "it is empty"
    if len(value) > USER_STRING_MAX:
        return f"it is over {USER_STRING_MAX} characters long"
    if _UUID.search(value):
        return "it is a UUID"
    if _HEX.search(value):
        return "it is hexadecimal of 16 digits or more"
    return f"it has over {USER_DECIMALS_MAX} decimals" if _LONG_DECIMAL.fullmatch(value) else None
