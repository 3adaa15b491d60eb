"""Asks whether words say values, as the tests of the marks do. The present is Wednesday, 6 May 2026."""

from datetime import datetime
from typing import Any

from nodes.marks.says import Holding, Place, Setting, hold

NOW = datetime.fromisoformat("2026-05-06T10:00:00+02:00")


def held(words: str, values: Any, locale: str = "en", *, opening: bool = False) -> Holding:
    """Return how the words hold a value, or the values of a tuple, in order."""
    each = values if isinstance(values, tuple) and not isinstance(values, Place) else (values,)
    places = [value if isinstance(value, Place) else Place(value) for value in each]
    return hold(words, places, Setting(locale, NOW), opening=opening)
