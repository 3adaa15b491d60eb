"""An atlas with an HTTP API that publishes its own OpenAPI document at /openapi.json."""

from typing import Any
from urllib.parse import unquote

from tests.services.http import Reply, Seen

CITIES: dict[str, dict[str, Any]] = {
    "Lisbon": {"city": "Lisbon", "latitude": 38.72, "longitude": -9.14, "country_code": "PT", "population": 545000},
    "Kyoto": {"city": "Kyoto", "latitude": 35.01, "longitude": 135.77, "country_code": "JP", "population": 1464000},
    "Oslo": {"city": "Oslo", "latitude": 59.91, "longitude": 10.75, "country_code": "NO", "population": 717000},
    "Nairobi": {"city": "Nairobi", "latitude": -1.29, "longitude": 36.82, "country_code": "KE", "population": 4397000},
    "Toronto": {"city": "Toronto", "latitude": 43.65, "longitude": -79.38, "country_code": "CA", "population": 2794000},
}
COUNTRIES: dict[str, dict[str, Any]] = {
    "PT": {"country": "Portugal", "currency_code": "EUR", "calling_code": 351, "capital": "Lisbon"},
    "JP": {"country": "Japan", "currency_code": "JPY", "calling_code": 81, "capital": "Tokyo"},
    "NO": {"country": "Norway", "currency_code": "NOK", "calling_code": 47, "capital": "Oslo"},
    "KE": {"country": "Kenya", "currency_code": "KES", "calling_code": 254, "capital": "Nairobi"},
    "CA": {"country": "Canada", "currency_code": "CAD", "calling_code": 1, "capital": "Ottawa"},
}
CURRENCIES = {
    "EUR": {"currency": "euro", "cents": 100},
    "JPY": {"currency": "yen", "cents": 1},
    "NOK": {"currency": "Norwegian krone", "cents": 100},
    "KES": {"currency": "Kenyan shilling", "cents": 100},
    "CAD": {"currency": "Canadian dollar", "cents": 100},
}


def _path(name: str, description: str, examples: list[Any]) -> dict[str, Any]:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": {"type": "string", "examples": examples},
    }


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _answers(reference: str) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{reference}"}
    return {"200": {"description": "Found.", "content": {"application/json": {"schema": schema}}}}


def _number(title: str) -> dict[str, Any]:
    return {"type": "number", "title": title}


def _text(title: str) -> dict[str, Any]:
    return {"type": "string", "title": title}


DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Atlas", "version": "1.0"},
    "servers": [{"url": "/v1"}],
    "tags": [{"name": "places"}, {"name": "notes"}],
    "paths": {
        "/cities/{city}": {
            "parameters": [_path("city", "Name of a city.", list(CITIES))],
            "get": {
                "operationId": "find_city",
                "summary": "Where a city is and how many people live there",
                "tags": ["places"],
                "responses": _answers("City"),
            },
        },
        "/countries/{country_code}": {
            "get": {
                "summary": "What a country is called, its capital and its currency",
                "tags": ["places"],
                "parameters": [_path("country_code", "Code of a country.", list(COUNTRIES))],
                "responses": _answers("Country"),
            }
        },
        "/currencies/{currency_code}": {
            "get": {
                "operationId": "describe currency!",
                "description": "What a currency is called.",
                "tags": ["places"],
                "parameters": [_path("currency_code", "Code of a currency.", list(CURRENCIES))],
                "responses": _answers("Currency"),
            }
        },
        "/daylight": {
            "get": {
                "operationId": "daylight",
                "summary": "How long the longest day of the year is at a place",
                "tags": ["places"],
                "parameters": [
                    {
                        "name": name,
                        "in": "query",
                        "required": True,
                        "schema": {"type": "number", "examples": [city[name] for city in CITIES.values()]},
                    }
                    for name in ("latitude", "longitude")
                ],
                "responses": _answers("Daylight"),
            }
        },
        "/notes": {
            "post": {
                "operationId": "write_note",
                "tags": ["notes"],
                "security": [{"token": []}],
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Note"}}},
                },
                "responses": {"201": {"description": "Written."}},
            },
            "head": {
                "operationId": "count_notes",
                "tags": ["notes"],
                "responses": {"200": {"description": "Counted."}},
            },
        },
    },
    "components": {
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        "schemas": {
            "City": _object(
                city=_text("city"),
                latitude=_number("latitude"),
                longitude=_number("longitude"),
                country_code=_text("country code"),
                population=_number("population"),
            ),
            "Country": _object(
                country=_text("country"),
                currency_code=_text("currency code"),
                calling_code=_number("calling code"),
                capital=_text("capital"),
            ),
            "Currency": _object(currency=_text("currency name"), cents=_number("number of cents")),
            "Daylight": _object(hours=_number("hours of daylight")),
            "Note": {
                "type": "object",
                "required": ["id", "text"],
                "properties": {
                    "id": {"type": "integer", "readOnly": True},
                    "text": {"type": "string"},
                    "replies": {"type": "array", "items": {"$ref": "#/components/schemas/Note"}},
                },
            },
        },
    },
}


def answer(request: Seen) -> Reply:
    if request.path == "/openapi.json":
        return Reply(DOCUMENT)
    parts = [unquote(part) for part in request.path.strip("/").split("/")]
    match request.method, parts:
        case "GET", ["v1", "cities", city]:
            return _found(CITIES.get(city), city)
        case "GET", ["v1", "countries", code]:
            return _found(COUNTRIES.get(code), code)
        case "GET", ["v1", "currencies", code]:
            return _found(CURRENCIES.get(code), code)
        case "GET", ["v1", "daylight"]:
            latitude = float(dict(request.query)["latitude"])
            return Reply({"hours": round(12 + abs(latitude) / 9, 1)})
        case "POST", ["v1", "notes"]:
            if request.headers.get("authorization") != "Bearer s3cret-token":
                return Reply({"detail": "no token"}, 401)
            return Reply({"id": 7, **request.json()}, 201)
        case "HEAD", ["v1", "notes"]:
            return Reply(None, headers={"etag": '"3"', "set-cookie": "session=1"})
    return Reply({"detail": "no such page"}, 404)


def _found(found: Any, key: str) -> Reply:
    return Reply({"detail": f"nothing is known of {key}"}, 404) if found is None else Reply(found)
