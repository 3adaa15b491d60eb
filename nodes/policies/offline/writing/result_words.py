"""Results in words, for tools without phrases: all of a small one, of a large one a part that says that it is one."""

import re
from dataclasses import dataclass
from typing import Any

from nodes.policies.offline.writing.fill import enumerate_words
from nodes.policies.offline.writing.marking import MarkValue, plain, unmarked
from nodes.policies.offline.writing.naming import noun_of
from nodes.policies.offline.writing.telling import quoted, tell
from tool_registry.json.pointer import escape, scalars
from tool_registry.json.schema import schema_at

#: Members that say nothing of what stands in them.
_NAMELESS = frozenset({"content", "result", "output", "text", "value", "data", "response", "answer"})
#: Scalars that a sentence tells, and those of one list.
_SAID_MAX, _LISTED_MAX = 30, 12
_TEXT_MAX = 400
_VALUE_MAX, _WHOLE_MAX = 120, 600
_SHORT_MAX = 80
_SENTENCE = re.compile(r"[.!?](?=\s)")


def result_in_words(result: Any, schema: dict[str, Any], mark: MarkValue = unmarked) -> tuple[str, bool]:
    """Return the result in words, and whether they are short enough to go on in the same sentence.

    `mark` marks the words of each value.
    """
    found = [(pointer, value) for pointer, value in scalars(result) if value is not None]
    if not found:
        return mark("nothing", ""), True
    pointer, value = found[0]
    if len(found) == 1 and isinstance(value, str) and pointer.removeprefix("/") in _NAMELESS:
        return _text(value, schema, pointer, mark)
    if isinstance(result, dict | list):
        return _Teller(schema, mark).told(result, ""), False
    return _text(result, schema, "", mark) if isinstance(result, str) else (mark(tell(result, schema), ""), True)


def _text(value: str, schema: dict[str, Any], pointer: str, mark: MarkValue) -> tuple[str, bool]:
    text = tell(value, schema).strip("\n")
    if len(text) > _TEXT_MAX and any(map(str.isspace, text)):
        text = _beginning(text, _TEXT_MAX)
    if "\n" in text or len(text) >= _SHORT_MAX or text.endswith((".", "!", "?", "…")):
        return mark(text, pointer), False
    return quoted(mark(text, pointer)) if text == value else mark(text, pointer), True


def _beginning(text: str, characters: int) -> str:
    """Return the beginning of a text: whole lines or sentences where there are some, and a mark that it goes on.

    No address or path is cut: where a line or sentence would have to be, it ends before them.
    """
    begun = text[:characters]
    ends = [begun.rfind("\n"), *(found.end() for found in _SENTENCE.finditer(begun))]
    if max(ends) <= 0:
        address = re.search(r"\S*[/\\]", begun)
        begun = begun[: address.start()] if address else begun.rpartition(" ")[0]
        return f"{begun.rstrip()} …".lstrip()
    begun = begun[: max(ends)].rstrip()
    return f"{begun}\n…" if "\n" in begun else f"{begun} …"


@dataclass
class _Teller:
    """Tells a result of several values; `left` counts how many more there is room for."""

    schema: dict[str, Any]
    mark: MarkValue
    left: int = _SAID_MAX

    def told(self, value: Any, pointer: str) -> str:
        """Return an object's members by their names, a list's items one after the other."""
        if isinstance(value, dict):
            return self._members(value, pointer)
        if isinstance(value, list):
            return self._items(value, pointer)
        self.left -= 1
        return self.mark(self._scalar(value, pointer) or "a long text", pointer)

    def _members(self, members: dict[str, Any], pointer: str) -> str:
        # What is told in a word comes before what takes many.
        names = sorted(members, key=lambda name: isinstance(members[name], dict | list))
        words, are_left = [], False
        for name in names:
            value, where = members[name], f"{pointer}/{escape(name)}"
            is_none = value == [] and not pointer  # deeper inside it is seldom what was asked
            if not is_none and not any(scalar is not None for _, scalar in scalars(value)):
                continue
            noun = noun_of(schema_at(self.schema, where), name)
            if self.left <= 0:
                are_left = True
            elif is_none:
                self.left -= 1
                words.append(self.mark(f"no {noun}", where))
            elif isinstance(value, dict | list):
                told = self.told(value, where)
                is_plain = isinstance(value, list) and not any(isinstance(item, dict | list) for item in value)
                noun = self.mark(noun, where) if _has_figure(noun) else noun
                words.append(f"{noun} {told}" if is_plain else f"{noun} ({told})")
            elif (text := self._scalar(value, where)) is not None:
                self.left -= 1
                # The 24 of "change 24h" is told by nothing but the member's name.
                told = self.mark(f"{noun} {text}", where) if _has_figure(noun) else f"{noun} {self.mark(text, where)}"
                words.append(told)
            else:
                are_left = True
        if are_left:
            return f"{', '.join(words)}, among others"
        return enumerate_words(words) if not pointer else ", ".join(words)

    def _items(self, items: list[Any], pointer: str) -> str:
        are_plain = not any(isinstance(item, dict | list) for item in items)
        kept = [(position, item) for position, item in enumerate(items) if item not in (None, {}, [])]
        words: list[str] = []
        for position, item in kept:
            # Of two lists the second has its first item, however long the first one was.
            if len(words) >= _LISTED_MAX or (words and self.left <= 0):
                break
            words.append(self.told(item, f"{pointer}/{position}"))
        are_plain &= not any(plain(word).endswith((".", "!", "?", "…")) for word in words)
        if len(words) < len(kept):
            # No count of the rest: who writes from a view of a large result does not know it.
            return f"{(', ' if are_plain else '; ').join(words)}, among others"
        return enumerate_words(words) if are_plain else "; ".join(words)

    def _scalar(self, value: Any, pointer: str) -> str | None:
        """Return the value in words; None for a long one that could only be told in part, such as an address."""
        text = " ".join(tell(value, schema_at(self.schema, pointer)).split())
        if len(text) <= _VALUE_MAX:
            return text
        if " " not in text or text.startswith(("/", "~/")):
            return text if len(text) <= _WHOLE_MAX else None
        return _beginning(text, _VALUE_MAX)


def _has_figure(noun: str) -> bool:
    return any(map(str.isdigit, noun))
