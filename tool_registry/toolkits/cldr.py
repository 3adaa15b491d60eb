"""What the toolkits use of babel, CLDR's data; imported by the functions that need it.

One door for all of them: two threads that import different parts of babel for the first time find each other's half
loaded, and the tool fails.
"""

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
]
