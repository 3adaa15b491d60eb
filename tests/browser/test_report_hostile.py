"""What tools and models said is data: nothing of it runs, loads, links or styles, and what is invisible is shown."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Open
from tests.fixtures.dialogues import FILE as DIALOGUES

HOSTILE = (
    "</script><script>hacked=1</script><img src=//elsewhere.example/x.png onerror='hacked=1'>"
    "<a href='javascript:hacked=1'>click</a><style>*{display:none}</style><!--{{scripts}}{{data}}${hacked=1}"
    "\u202ereversed\u2066\u0000\u001b[31m\u200b\U000e0041"
)
#: What of a record is any text, wherever it comes from.
FREE = {"who", "topic", "text", "message", "because", "description", "code", "error", "reasoning", "answer",
        "model", "naturalness_reason", "would_ask_reason", "call"}  # fmt: skip


def spoil(value: Any, name: str = "") -> Any:
    """Return the value with the hostile text in each free text, and as a member of each result and argument."""
    if isinstance(value, dict):
        made = {key: spoil(part, key) for key, part in value.items()}
        if name in ("result", "arguments", "user", "vars"):
            made |= {HOSTILE: HOSTILE, "__proto__": {"hacked": 1}, "constructor": HOSTILE}
        return made
    if isinstance(value, list):
        return [spoil(part, name) for part in value]
    if name in ("query", "response") or (name in FREE and isinstance(value, str)):
        return value + HOSTILE
    return value


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    records = [json.loads(line) for line in DIALOGUES.read_text(encoding="utf-8").splitlines()]
    where = f"/turns/0/query/{HOSTILE}"
    found = {
        "promise": "grounded",
        "code": "bad",
        "message": "bad",
        "where": where,
        "because": "x",
    }
    for number, record in enumerate(records):
        record["context"]["user"] = {"name": "A"}
        record["ingredients"] = {"who": "somebody", "names": ["A"]}
        record["judge"] = {
            "model": "m", "naturalness": 3, "naturalness_reason": "n", "would_ask": 3, "would_ask_reason": "w"
        }  # fmt: skip
        thought = {"reasoning": "r", "calls": [{"tool": "t", "arguments": {}}]}
        trial = {"trial": 1, "model": "m", "outcome": "same", "answer": "a", "turns": [thought]}
        record["trajectories"] = [trial]
        record["gradients"] = [{"iteration": 1, "selected": [], "text": "t", "tools": [HOSTILE], "wishes": [HOSTILE],
                                "notes": [{"kind": "no_room", "call": "p1", "message": "m"}]}]  # fmt: skip
        record["attempts"] = [{"iteration": 1, "id": HOSTILE, "tool": HOSTILE, "arguments": {}, "ok": False,
                               "error": {"kind": "tool_error", "message": "m", "retryable": False}}]  # fmt: skip
        record["warnings"] = [found]
        if number % 2:
            record["verification"]["findings"] = [found]
            record["reasons"] = [f"crash: {HOSTILE}"]
        records[number] = spoil(record)
        records[number]["turns"][0]["steps"][:1] = [
            {**step, "tool": step["tool"] + HOSTILE, "result": {"half": "\ud800", **step["result"]}}
            for step in records[number]["turns"][0]["steps"][:1]
        ]
    records[0]["id"] = f"{HOSTILE}/../#?&=%41"
    path = tmp_path / "<img src=x onerror='hacked=1'>{{scripts}}.jsonl"
    lines = [*map(json.dumps, records), HOSTILE]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_nothing_that_was_said_runs_or_loads(hostile: Path, open_report: Open) -> None:
    opened = open_report(hostile)
    page = opened.page
    scripts = page.evaluate("document.scripts.length")
    links = page.evaluate("[...document.querySelectorAll('#overview a')].map((a) => a.getAttribute('href'))")
    assert all(link.startswith("#") for link in links)
    opened.go("records")
    assert page.locator("#found").inner_text() == "14 records"
    for at in range(14):
        page.locator(f"#row-{at}").click()
        page.wait_for_selector(f"#record[data-number='{at}'] .raw")
        page.evaluate("document.querySelectorAll('#record details').forEach((each) => { each.open = true; })")
        page.locator("#record .assistant .tell").first.click()
        page.wait_for_selector(".raw:last-child pre")
        made = page.evaluate(
            """[document.querySelectorAll("img, iframe, object, embed, link, [onerror], base").length,
                document.querySelectorAll("style").length, document.scripts.length,
                [...document.querySelectorAll("a")].every((a) => a.getAttribute("href").startsWith("#")),
                typeof hacked, typeof ({}).hacked]"""
        )
        assert made == [0, 1, scripts, True, "undefined", "undefined"]
    shown = page.locator("#record").inner_text()
    for character in ("U+202E", "U+2066", "U+0000", "U+001B", "U+200B", "U+E0041", "\\ud800"):
        assert character in shown
    assert "\u202e" not in shown
    assert "<script>hacked=1</script>" in shown


def test_a_record_of_any_id_has_a_permalink(hostile: Path, open_report: Open) -> None:
    opened = open_report(hostile, fragment="records")
    opened.page.locator("#row-0").click()
    opened.page.wait_for_selector("#record .permalink")
    link = opened.page.locator("#record .permalink").get_attribute("href")
    opened.go(link[1:])
    assert opened.page.locator("#record h2").inner_text().startswith("</script><script>hacked=1")


def test_lines_that_are_no_records_are_told(hostile: Path, open_report: Open) -> None:
    told = open_report(hostile).page.locator("#overview .bad").inner_text()
    assert "line 15: not JSON" in told
