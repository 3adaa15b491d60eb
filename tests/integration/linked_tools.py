"""Tools of which one's result is another's argument."""

from typing import Any

from tool_registry.declare import annotate

CALLS: list[tuple[str, dict[str, Any]]] = []


@annotate(read_only=True, deterministic=True, category="travel")
def find_airport(iata: str) -> dict[str, Any]:
    """Find an airport by its code."""
    CALLS.append(("find_airport", {"iata": iata}))
    if iata == "XXX":
        raise ValueError("there is no airport XXX")
    return {"place": {"latitude": 35.55231, "longitude": 139.77982}, "city": "Tokyo", "currency": "JPY"}


@annotate(read_only=True, deterministic=True, category="travel")
def sun_times(latitude: float, longitude: float, date: str) -> dict[str, Any]:
    """Compute when the sun rises and sets."""
    CALLS.append(("sun_times", {"latitude": latitude, "longitude": longitude, "date": date}))
    return {"sunrise": "06:11", "sunset": "17:35"}


@annotate(read_only=True, deterministic=True, category="money")
def money_of(currency: str) -> dict[str, Any]:
    """Describe a currency."""
    CALLS.append(("money_of", {"currency": currency}))
    return {"symbol": "¥", "minor_unit": 0}


TOOLS = [find_airport, sun_times, money_of]
