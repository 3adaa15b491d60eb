"""Version 1 of the record, read as version 2: a user source had a quote alone and gets the span where it stands."""

from typing import Any

from graph.spans import occurrences


def upgrade_version_1(data: Any) -> Any:
    """Return a record's JSON with spans for the quotes of version 1, anything else unchanged; changes no input.

    Raises ValueError where a quote of version 1 claims a place in part, which that version does not have.
    """
    if not isinstance(data, dict) or data.get("schema_version") != 1 or not isinstance(data.get("turns"), list):
        return data
    queries: list[str] = []
    turns = []
    for turn in data["turns"]:
        if isinstance(turn, dict) and isinstance(turn.get("steps"), list):
            queries.append(str(turn.get("query", "")))
            turn = {**turn, "steps": [_step(step, queries) for step in turn["steps"]]}
        turns.append(turn)
    return {**data, "turns": turns}


def _step(step: Any, queries: list[str]) -> Any:
    if not isinstance(step, dict) or not isinstance(step.get("sources"), dict):
        return step
    return {**step, "sources": {pointer: _source(source, queries) for pointer, source in step["sources"].items()}}


def _source(source: Any, queries: list[str]) -> Any:
    if not isinstance(source, dict):
        return source
    if isinstance(source.get("of"), list):
        return {**source, "of": [_source(part, queries) for part in source["of"]]}
    quote = source.get("quote")
    if source.get("kind", "user") != "user" or not isinstance(quote, str) or "start" in source:
        return source
    if claimed := {"turn", "end"} & source.keys():
        named = ", ".join(sorted(claimed))
        raise ValueError(f"a user source of version 1 has a quote alone, and the place is looked for; this has {named}")
    for turn in range(len(queries) - 1, -1, -1):
        start = _standing(queries[turn], quote)
        if start >= 0:
            return {**source, "turn": turn, "start": start, "end": start + len(quote)}
    return {**source, "turn": max(len(queries) - 1, 0), "start": 0, "end": 0}


def _standing(query: str, quote: str) -> int:
    """Return where the quote stands whole, else where it stands at all, else -1."""
    whole = next((start for start, _ in occurrences(quote, query)), -1)
    return whole if whole >= 0 or not quote else query.find(quote)
