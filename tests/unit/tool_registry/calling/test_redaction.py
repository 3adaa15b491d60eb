import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.tool_registry.making import raising, returning, run, tool
from tool_registry.calling.failures import tool_error
from tool_registry.calling.pseudonyms import EXPRESSIONS, Pseudonyms
from tool_registry.calling.redaction import REDACTED, Redaction
from tool_registry.result import ToolFailure
from tool_registry.tool import Tool, Treatment

CUSTOMER = {
    "name": "Jane Doe",
    "mail": "Jane.Doe@corp.com",
    "note": "Call +49 170 1234567 or write to jane.doe@corp.com, from 192.168.7.9.",
    "card": "4111 1111 1111 1111",
    "iban": "DE89 3704 0044 0532 0130 00",
    "password": {"old": "a", "new": "b"},
    "ids": [987654321, 5],
    "jane.doe@corp.com": True,
    "since": "2026-03-01",
    "total": 1234.5,
    "order": "A-100200300",
}
PERSONAL = ("Jane", "Doe", "corp.com", "1234567", "4111 1111", "3704 0044", "192.168.7.9")


def redacting(called: Tool, *given: Any, **named: Any) -> Tool:
    return replace(called, treatment=Treatment(redaction=Redaction(*given, **named)))


async def test_nothing_personal_leaves_the_executor() -> None:
    called = redacting(
        returning(CUSTOMER), ["field:pass*", r"A-\d+"], ["email", "phone", "ip", "card", "iban", "field:name"]
    )
    result = await run(called)
    assert result.ok
    said = json.dumps(result.content)
    assert not [each for each in PERSONAL if each in said]
    assert result.content["password"] == REDACTED
    assert result.content["order"] == REDACTED
    assert (result.content["since"], result.content["total"], result.content["ids"]) == (
        "2026-03-01",
        1234.5,
        [987654321, 5],
    )
    # The same person, however it is written, is the same stand-in everywhere.
    mail = result.content["mail"]
    assert mail in result.content["note"]
    assert mail in result.content
    assert (await run(called)).content == result.content


async def test_messages_of_failures_are_cleaned_before_they_are_cut() -> None:
    long = "x" * 480 + " user jane.doe@corp.com token hush-hush-hush"
    for error in (ValueError(long), ToolFailure(tool_error("tool_error", "no jane.doe@corp.com, hush-hush-hush"))):
        result = await run(redacting(raising(error), [], ["email"], secrets=["hush-hush-hush"]))
        assert result.error is not None
        assert "jane" not in result.error.message
        assert "hush" not in result.error.message
    result = await run(redacting(returning({"error": "who is jane.doe@corp.com?"}), [], ["email"]))
    assert result.error is not None
    assert result.error.message.startswith("who is ")
    assert "jane" not in result.error.message


async def test_a_chain_goes_on_from_a_stand_in() -> None:
    known = {"jane.doe@corp.com": "open", "Jane Doe": "gold"}

    async def lookup(arguments: dict[str, Any]) -> Any:
        if not arguments:
            return {"mail": "jane.doe@corp.com", "name": "Jane Doe"}
        return {"asked": arguments["of"], "status": known[arguments["of"]]}

    called = redacting(tool(lookup), [], ["email", "field:name"])
    first = (await run(called)).content
    assert first["mail"] not in known
    for value, status in ((first["mail"], "open"), (first["name"], "gold")):
        second = (await run(called, {"of": value})).content
        assert second["status"] == status
    # Another source, with other results, is told the stand-in only.
    result = await run(redacting(tool(lookup), [], ["email"]), {"of": first["mail"]})
    assert not result.ok


async def test_what_is_cut_is_cut_before_the_size_is_measured() -> None:
    called = redacting(returning(["secret-123456 " * 400]), [r"secret-\d+ "])
    result = await run(called, max_result_bytes=300)
    assert result.truncated
    assert "secret" not in json.dumps(result.content)


def test_a_number_that_an_expression_matches() -> None:
    assert Redaction([r"\d{9}"]).clean({"a": 123456789, "b": 12, "c": [True, None, 1.5]}) == {
        "a": REDACTED,
        "b": 12,
        "c": [True, None, 1.5],
    }


def test_stand_ins_keep_their_form() -> None:
    made = Pseudonyms(list(EXPRESSIONS))
    card = made.in_text("4111 1111 1111 1111")
    assert card != "4111 1111 1111 1111"
    assert re.fullmatch(r"\d{4} \d{4} \d{4} \d{4}", card)
    digits = [int(each) for each in card if each.isdigit()]
    doubled = [d if i % 2 else sum(divmod(2 * d, 10)) for i, d in enumerate(digits)]
    assert sum(doubled) % 10 == 0
    iban = made.in_text("DE89370400440532013000")
    assert re.fullmatch(r"DE\d{20}", iban)
    assert int("".join(str(int(c, 36)) for c in iban[4:] + iban[:4])) % 97 == 1
    assert re.fullmatch(r"\+49 \d{3} \d{7}", made.in_text("+49 170 1234567"))
    assert re.fullmatch(r"10(\.\d{1,3}){3}", made.in_text("8.8.8.8"))
    assert made.in_text("2001:4860:4860::8888").startswith("2001:db8:")
    assert re.fullmatch(r"[A-Z][a-z]{3} [A-Z][a-z]{2}-[A-Z][a-z]{3}", made.of_whole("Jane Doe-Rice"))


@pytest.mark.parametrize(
    "text",
    ["2026-03-01", "2026-03-01T10:00:00", "12:30:15", "version 1.2.3", "4111 1111 1111 1112", "order 12345678",
     "35.55, 139.78", "a1b2c3d4e5f60718293a4b5c", "DE89 3704 0044 0532 0130 03", "std::vector"],
)  # fmt: skip
def test_what_only_looks_alike_is_left_alone(text: str) -> None:
    assert Pseudonyms(list(EXPRESSIONS)).in_text(text) == text


def test_a_key_decides_the_stand_ins() -> None:
    texts = ["jane@corp.com", "+1 202-555-0143"]
    plain, keyed, again = (Pseudonyms(["email", "phone"], key) for key in ("", "k1", "k1"))
    assert [keyed.in_text(t) for t in texts] == [again.in_text(t) for t in texts]
    assert all(plain.in_text(t) != keyed.in_text(t) for t in texts)
    assert len({keyed.in_text(f"user{n}@corp.com") for n in range(2000)}) == 2000


def test_an_address_that_is_a_stand_in_stays() -> None:
    made = Pseudonyms(["email"])
    once = made.in_text("jane@corp.com")
    assert Pseudonyms(["email"]).in_text(once) == once


def test_short_values_are_never_turned_back() -> None:
    made = Redaction([], ["field:id"])
    cleaned = made.clean({"id": 7, "limit": 7})
    assert cleaned["limit"] == 7
    assert made.restore({"limit": cleaned["id"], "flag": True}) == {"limit": cleaned["id"], "flag": True}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(JSON, st.emails())
def test_whatever_the_result_it_keeps_its_shape_and_loses_the_value(value: Any, mail: str) -> None:
    made = Redaction([], ["email"], secrets=["hush-hush"])
    cleaned = made.clean({"value": value, "mail": [mail], "said": f"it is hush-hush, {mail}"})
    json.dumps(cleaned)
    assert "hush-hush" not in cleaned["said"]
    assert cleaned["mail"][0] in cleaned["said"]
    if "@" not in json.dumps(value) and "hush" not in json.dumps(value):
        assert cleaned["value"] == value
