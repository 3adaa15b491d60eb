"""What the toolkits use of babel, CLDR's data; imported by the functions that need it.

One door for all of them: two threads that import different parts of babel for the first time find each other's half
loaded, and the tool fails.

And one place that bounds its memory: babel keeps the data of each locale that was ever asked for, about a megabyte of
each of over a thousand. So the toolkits' locales are kept apart from those of whoever else uses it, and forgotten.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from babel import localedata
from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.languages import get_official_languages, get_territory_language_info
from babel.numbers import format_currency, get_territory_currencies

__all__ = [
    "UnknownLocaleError", "format_currency", "format_date", "get_official_languages", "get_territory_currencies",
    "get_territory_language_info", "locale_of",
]  # fmt: skip

#: Locales whose data is kept, with those that they are made of (`root` and `de` of `de_DE`).
_KEPT = 12
_ours: dict[str, Any] = {}


@contextmanager
def locale_of(identifier: str) -> Iterator[Locale]:
    """Yield the locale, to be used only inside; one is in use at a time. Raises UnknownLocaleError and ValueError."""
    with localedata._cache_lock:  # the one that babel loads under
        theirs, localedata._cache = localedata._cache, _ours
        try:
            yield Locale.parse(identifier)
        finally:
            localedata._cache = theirs
            if len(_ours) > _KEPT:
                # Emptied too: what it is made of refers to it, and the collector of such rings comes by seldom.
                for data in _ours.values():
                    data.clear()
                _ours.clear()
