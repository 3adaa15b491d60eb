"""Text as it may be stored, prompted and told: without terminal escapes, control characters and lone surrogates."""

import re
from typing import Any

from tool_registry.json.native import NotJSONError

# Tabs and line feeds are text. A carriage return is a line break here; alone it moves a terminal's cursor. What embeds,
# overrides or isolates a direction of writing can show another text than is there.
_CONTROLS = r"\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069"
_CONTROL = re.compile(rf"[{_CONTROLS}]")
_ODD = re.compile(rf"[{_CONTROLS}\ud800-\udfff]")
# ECMA-48: control sequences (colours, cursor), strings up to their end (titles, links), and escapes of two or three
# characters. Of a string that never ends only its beginning goes.
_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]?|\][^\x07\x1b\n]*(?:\x07|\x1b\\)|[PX^_][^\x1b\n]*\x1b\\|[ -/]*[0-~])?"
)
# As manuals print bold and underlined text.
_OVERSTRUCK = re.compile(r"[^\n\x08]\x08")
_BREAKS = re.compile(r"\r\n|[\r\x0b\x0c\x85]")
_LONG = 10_000
_ODD_BYTES = bytes(code for code in (*range(0x20), 0x7F) if chr(code) not in "\t\n")
_SURROGATES = re.compile(r"[\ud800-\udfff]")


def without_controls(text: str) -> str:
    """Return the text without escape sequences and control characters but tabs and line feeds.

    Carriage returns, form feeds and the like become line feeds, lone surrogates U+FFFD. Done twice it is as done once.
    """
    if not _is_odd(text):
        return text
    text = _BREAKS.sub("\n", _OVERSTRUCK.sub("", _ESCAPES.sub("", text)))
    return _SURROGATES.sub("\ufffd", _CONTROL.sub("", text))


def _is_odd(text: str) -> bool:
    if len(text) < _LONG or not text.isascii():
        return _ODD.search(text) is not None
    # Ten times as fast: a result may have 50 MB.
    encoded = text.encode("ascii")
    return len(encoded.translate(None, _ODD_BYTES)) < len(encoded)


def holds_control(text: str) -> bool:
    """Return whether the text holds a control character; the line ends of Windows are none."""
    return _CONTROL.search(text.replace("\r\n", "\n")) is not None


def clean_texts(value: Any) -> Any:
    """Return the JSON-native value with all its texts and names of members `without_controls`.

    What holds none is returned as it is. Raises NotJSONError where two members of an object get one name.
    """
    match value:
        case str():
            return without_controls(value)
        case list():
            items = [clean_texts(item) for item in value]
            return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
        case dict():
            members = {without_controls(name): clean_texts(member) for name, member in value.items()}
            if len(members) < len(value):
                raise NotJSONError("two members whose names differ in control characters alone")
            same = all(a is b for a, b in zip(members.values(), value.values(), strict=True)) and [*members] == [*value]
            return value if same else members
    return value
