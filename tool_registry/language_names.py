"""Languages by name, as CLDR has them in English: "German" or "de" is `de`, "Brazilian Portuguese" is `pt_BR`."""

from difflib import get_close_matches
from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError
from babel.localedata import exists


@lru_cache(maxsize=256)
def language_code(name: str) -> str:
    """Return the code of a language that is named in English or by its code.

    Raises ValueError for a name that CLDR does not know, or whose language's figures it does not know how to write.
    """
    wanted = " ".join(name.split()).casefold()
    known = _codes()
    code = known.get(wanted) or known.get(wanted.replace("-", "_"))
    if code is None:
        close = get_close_matches(wanted, known, n=1)
        meant = f" (did you mean {_display_name(close[0])}?)" if close else ""
        raise ValueError(f"no language of CLDR is called {name[:60]!r}{meant}; write its English name, such as German")
    return code


def language_name(locale: str, language: str | None = None) -> str:
    """Return the English name of the language, or of the locale's; a locale that CLDR does not know is English."""
    english = Locale.parse("en").languages
    if language is not None:
        code = language_code(language)
        return str(english.get(code) or english[code.partition("_")[0]])
    known = _locale(locale)
    return str(english.get(known.language if known else "en", locale))


def is_english(language: str) -> bool:
    """Say whether a language is English of whatever region. Raises ValueError as `language_code` does."""
    return language_code(language).partition("_")[0] == "en"


@lru_cache(maxsize=256)
def writing_locale(locale: str, language: str | None = None) -> str:
    """Return the locale by which figures and dates are written: the language's, in the locale's region if it is there.

    Raises ValueError as `language_code` does.
    """
    if language is None:
        return locale
    code = language_code(language)
    known = _locale(locale)
    if known is not None and known.language == code:
        return locale
    if known is not None and known.territory and "_" not in code and exists(f"{code}_{known.territory}"):
        return f"{code}_{known.territory}"
    return code


@cache
def _codes() -> dict[str, str]:
    """Return the codes of all languages by what they may be called, folded."""
    codes: dict[str, str] = {}
    for code, name in Locale.parse("en").languages.items():
        if exists(code):
            codes[name.casefold()] = codes[code.casefold()] = code
    return codes


def _display_name(folded: str) -> str:
    return language_name("en", folded)


def _locale(locale: str) -> Locale | None:
    try:
        return Locale.parse(locale.replace("-", "_"))
    except (UnknownLocaleError, ValueError, TypeError):
        return None
