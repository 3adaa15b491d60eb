"""Identifiers and categories as words."""

import re


def in_words(identifier: str) -> str:
    """Return `weather_tools`, `weather-tools` or `WeatherTools` as "weather tools"."""
    apart = re.sub(r"([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])", r"\1\3 \2\4", identifier)
    return " ".join(re.split(r"[\W_]+", apart)).strip().lower()
