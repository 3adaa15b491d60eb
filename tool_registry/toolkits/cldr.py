"""What the toolkits use of babel, CLDR's data; imported by the functions that need it.

One door for all of them: two threads that import different parts of babel for the first time find each other's half
loaded, and the tool fails.

And one place that bounds its memory: it keeps the data of each locale that was ever asked for, about a megabyte of each
of over a thousand.
"""

from babel import localedata
from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.languages import get_official_languages, get_territory_language_info
from babel.numbers import format_currency, get_territory_currencies

__all__ = [
    "Locale",
    "UnknownLocaleError",
    "format_currency",
    "format_date",
    "get_official_languages",
    "get_territory_currencies",
    "get_territory_language_info",
    "locale_of",
]

#: Locales whose data is kept, with those that they are made of (`root` and `de` of `de_DE`).
_KEPT = 12


def locale_of(identifier: str) -> Locale:
    """Return the locale. Raises UnknownLocaleError and ValueError."""
    # Its lock, for another thread may be loading; a locale that is still used has its data itself.
    with localedata._cache_lock:
        if len(localedata._cache) >= _KEPT:
            localedata._cache.clear()
    return Locale.parse(identifier)
