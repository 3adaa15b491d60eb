"""Spans of a text: where a stretch stands whole, so that no word or number is cut at its ends."""

from collections.abc import Iterator


def stands_whole(text: str, start: int, end: int) -> bool:
    """Say whether `text[start:end]` is there and cuts no word or number; scripts without spaces are never cut."""
    if not 0 <= start < end <= len(text):
        return False
    return not (_is_inside(text, start) or _is_inside(text, end))


def occurrences(stretch: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of each place where the stretch stands in the text, letter for letter and whole."""
    start = text.find(stretch) if stretch else -1
    while start >= 0:
        if stands_whole(text, start, start + len(stretch)):
            yield start, start + len(stretch)
        start = text.find(stretch, start + 1)


def _is_inside(text: str, at: int) -> bool:
    if at in (0, len(text)):
        return False
    before, after = text[at - 1], text[at]
    if before.isalnum() and after.isalnum():
        return _is_spaced(before) and _is_spaced(after)
    further, earlier = text[at + 1 : at + 2], text[at - 2 : at - 1] if at > 1 else ""
    number = (before.isdigit() and after in ".,:" and further.isdigit()) or (
        after.isdigit() and before in ".,:" and earlier.isdigit()
    )
    sign = after.isdigit() and before in "-−" and not (earlier and (earlier.isalnum() or earlier in ")]"))
    return number or sign


def _is_spaced(character: str) -> bool:
    """Say whether the character's script puts spaces between words: not Han, kana, Thai."""
    code = ord(character)
    return not (
        0x0E00 <= code <= 0x0EFF or 0x3040 <= code <= 0x30FF or 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF
    )
