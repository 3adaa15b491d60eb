"""Languages are called by their English names, and say how figures are written in the locale's region."""

import pytest

from tool_registry.language_names import is_english, language_code, language_name, writing_locale


@pytest.mark.parametrize(
    ("name", "code"),
    [("German", "de"), ("de", "de"), (" brazilian  PORTUGUESE", "pt_BR"), ("pt-BR", "pt_BR"), ("zh-Hans", "zh_Hans")],
)
def test_a_language_is_found_by_name_and_code(name: str, code: str) -> None:
    assert language_code(name) == code


@pytest.mark.parametrize(("name", "words"), [("Germn", "did you mean German"), ("Klingon", "'Klingon'"), ("", "''")])
def test_what_is_no_language_is_refused_with_what_is_meant(name: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        language_code(name)


@pytest.mark.parametrize(
    ("locale", "language", "written"),
    [
        ("de-AT", None, "de-AT"),
        ("de-AT", "German", "de-AT"),
        ("en_AT", "German", "de_AT"),
        ("en_US", "Esperanto", "eo"),
        ("en_US", "British English", "en_GB"),
        ("nowhere", "French", "fr"),
    ],
)
def test_figures_are_written_as_the_language_does_in_the_region(
    locale: str, language: str | None, written: str
) -> None:
    assert writing_locale(locale, language) == written


def test_the_default_is_the_locales_language() -> None:
    assert [language_name(locale) for locale in ("de-AT", "en", "nowhere")] == ["German", "English", "English"]
    assert language_name("de", "Italian") == "Italian"
    assert is_english("Canadian English")
    assert not is_english("German")
