"""The report in a real browser: found, filtered, pointed at, by mouse and keys, on wide and narrow screens."""

import gzip
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.fixtures.dialogues import FILE as DIALOGUES
from tests.unit.toolgrad_data.verify.files import good, line
from toolgrad_data.runs.traces import Trace

REJECTED = "s0-000900"


@pytest.fixture
def some(tmp_path: Path) -> Path:
    """Dialogues, and one of them as a rejected sample with findings."""
    lines = DIALOGUES.read_text(encoding="utf-8").splitlines()
    spoilt = json.loads(lines[0])
    spoilt["id"] = REJECTED
    found = {"promise": "grounded", "code": "wrong_city", "message": "Oslo is not Bergen", "because": "Bergen"}
    spoilt["verification"]["findings"] = [
        {**found, "where": "/turns/0/steps/0/arguments/city"},
        {**found, "code": "untold", "where": "/turns/0/tells/0"},
    ]
    spoilt["reasons"] = ["grounded: Oslo is not Bergen", "the endpoint went away"]
    path = tmp_path / "some.jsonl"
    path.write_text("\n".join([*lines, json.dumps(spoilt)]) + "\n", encoding="utf-8")
    return path


def test_a_click_on_a_value_of_the_query_lights_its_way_across_turns(some: Path, open_report: Open) -> None:
    opened = open_report(some, fragment="s0-000003")
    opened.page.locator(".person .quote", has_text="LIS").first.click()
    page = opened.page
    turns = page.locator("#record .turn")
    first, second = turns.nth(0), turns.nth(1)
    # The same value: an argument of the first turn, and one of the call that the second turn makes instead.
    assert '"LIS"' in first.locator(".arguments .lit").all_inner_texts()
    assert '"LIS"' in second.locator(".arguments .lit").all_inner_texts()
    # Through the calls: results of both turns, and the words that tell them.
    assert first.locator(".result .via").all_inner_texts() == ["2305", "193"]
    assert second.locator(".result .via").count() == 2
    assert first.locator(".assistant .via").all_inner_texts() == ["193 minutes"]
    assert second.locator(".assistant .via").count() >= 1
    # The other value of the query is no part of it.
    assert "VIE" not in first.locator(".person .lit, .person .via").all_inner_texts()
    assert page.locator(".person .point").all_inner_texts() == ["LIS"]


def test_a_click_on_a_figure_of_the_response_leads_back_to_the_persons_words(some: Path, open_report: Open) -> None:
    opened = open_report(some, fragment="s0-000003")
    page = opened.page
    page.locator(".assistant .tell", has_text="193 minutes").click()
    first = page.locator("#record .turn").nth(0)
    assert first.locator(".result .lit").all_inner_texts() == ["193"]
    assert first.locator(".arguments .value.scalar.via").all_inner_texts() == ['"VIE"', '"LIS"', "2305"]
    assert first.locator(".person .via").all_inner_texts() == ["How long is the flight", "VIE", "LIS"]
    trail = page.locator("#trail")
    assert "Came from" in trail.inner_text()
    assert "s2 result /minutes 193" in trail.inner_text()
    page.keyboard.press("Escape")
    assert not trail.is_visible()
    assert page.locator(".lit, .via").count() == 0


def test_the_mouse_shows_and_a_click_holds(some: Path, open_report: Open) -> None:
    page = open_report(some, fragment="s0-000003").page
    page.locator(".assistant .tell", has_text="193 minutes").hover()
    assert page.locator(".result .lit").all_inner_texts() == ["193"]
    page.mouse.move(5, 5)
    assert page.locator(".lit").count() == 0


def test_what_is_awaited_replaced_and_refused_is_shown(some: Path, open_report: Open) -> None:
    opened = open_report(some, fragment="s0-000005")
    assert any("Rule 1: " in text for text in opened.texts(".call.refused"))
    opened.go("s0-000003")
    assert opened.texts(".turn .notes") == ["replaces s1 by s3"]
    opened.go("s0-000002")
    assert any(text.startswith("asks for s") for text in opened.texts(".turn .notes"))
    assert "clarification" in opened.texts(".turn > h3 .badge")


def test_the_graph_has_a_node_a_call_and_leads_to_it(some: Path, open_report: Open) -> None:
    page = open_report(some, fragment="s0-000000").page
    record = json.loads(some.read_text(encoding="utf-8").splitlines()[0])
    steps = [step for each in record["turns"] for step in each["steps"]]
    assert page.locator(".calls .node").count() == len(steps)
    assert page.locator(".calls path.edge").count() >= 1
    page.locator(".calls .node[data-step=s1]").click()
    assert page.locator(".call-name.point").all_inner_texts() == ["s1 city_location"]


def test_a_rejected_sample_has_its_findings_at_their_places(some: Path, open_report: Open) -> None:
    opened = open_report(some, fragment=REJECTED)
    assert "the endpoint went away" in opened.page.locator(".card.bad").inner_text()
    at_argument = opened.texts(".call .arguments li.has-finding")
    assert len(at_argument) == 1
    assert at_argument[0].startswith("city = ")
    assert "wrong_city: Oslo is not Bergen The record has: Bergen" in at_argument[0]
    assert "untold" in opened.page.locator(".assistant .finding").inner_text()


def test_records_are_found_by_text_tool_kind_and_finding(some: Path, open_report: Open) -> None:
    opened = open_report(some, fragment="records")
    page = opened.page
    total = len(some.read_text(encoding="utf-8").splitlines())
    assert page.locator("#found").inner_text() == f"{total} records"
    page.locator("[name=text]").fill("bergen")
    assert page.locator("#list [role=option]").count() == 2
    page.locator("[name=verdict]").select_option("accepted")
    assert page.locator("#list [role=option] b").all_inner_texts() == ["s0-000000"]
    page.locator("#filters button").click()
    page.locator("[name=finding]").select_option("grounded: wrong_city")
    assert page.locator("#list [role=option] b").all_inner_texts() == [REJECTED]
    page.locator("#filters button").click()
    page.locator("[name=kind]").select_option("refusal")
    assert 0 < page.locator("#list [role=option]").count() < total
    # A row of a table of the overview is a filter.
    opened.go("overview")
    page.locator("#chart-tools details summary").click()
    page.locator("#chart-tools tbody a", has_text="flight_distance").click()
    # The address changes first, and the page follows.
    expect(page.locator("[name=tool]")).to_have_value("flight_distance")
    assert 0 < page.locator("#list [role=option]").count() < total


def test_a_click_counts_though_the_rows_are_drawn_anew_meanwhile(some: Path, open_report: Open) -> None:
    page = open_report(some, fragment="records").page
    page.wait_for_selector("#record[data-number='0'] .raw")
    page.locator("#row-3").hover()
    page.mouse.down()
    page.evaluate("document.getElementById('filters').dispatchEvent(new Event('input'))")
    page.mouse.up()
    page.wait_for_selector("#record[data-number='3'] .raw")


def test_all_of_it_works_by_keys_alone(some: Path, open_report: Open) -> None:
    page = open_report(some, fragment="records").page
    page.locator("#list").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    active = page.locator("#list").get_attribute("aria-activedescendant")
    assert page.locator(f"#{active}").get_attribute("aria-posinset") == "3"
    page.keyboard.press("Enter")
    page.wait_for_selector("#record h2:has-text('s0-000002')")
    assert page.url.endswith("#s0-000002")
    page.keyboard.press("j")
    page.wait_for_selector("#record h2:has-text('s0-000003')")
    page.locator(".assistant .tell").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(".result .lit").count() >= 1
    assert page.locator(".assistant .tell[aria-pressed=true]").count() == 1
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "text"


def test_the_raw_json_is_the_records(some: Path, open_report: Open) -> None:
    page = open_report(some, fragment="s0-000000").page
    page.locator(".raw summary", has_text="Raw JSON").click()
    page.wait_for_selector(".raw pre")
    shown = json.loads(page.locator(".raw pre").inner_text())
    assert shown == json.loads(some.read_text(encoding="utf-8").splitlines()[0])


def test_numbers_keep_their_digits(tmp_path: Path, open_report: Open) -> None:
    data = good(1)
    data["turns"][0]["steps"][0]["result"] = {"big": 12345678901234567890, "price": 15.0}
    path = tmp_path / "numbers.jsonl"
    path.write_bytes(line(data))
    page = open_report(path, fragment=data["id"]).page
    assert page.locator(".result .scalar").all_inner_texts() == ["12345678901234567890", "15.0"]


def test_a_permalink_to_no_record_says_so(some: Path, open_report: Open) -> None:
    page = open_report(some, fragment="s0-999999").page
    assert page.locator("#loading").inner_text() == "This report has no record s0-999999."
    assert page.locator("#overview").is_visible()


def test_two_runs_stand_side_by_side(some: Path, tmp_path: Path, open_report: Open) -> None:
    opened = open_report(some, DIALOGUES)
    assert len(opened.texts("#chart-tools figure")) == 2
    assert opened.page.locator(".tiles").count() == 2
    # The same id twice: the second has its run in its permalink.
    opened.go("2/s0-000003")
    assert opened.page.locator("#record h2").inner_text().startswith("s0-000003")
    opened.page.locator("[name=run]").select_option("2")
    assert opened.page.locator("#found").inner_text().startswith("14 of ")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 400])
def test_it_is_accessible(some: Path, open_report: Open, scheme: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    opened = open_report(some, color_scheme=scheme)
    opened.page.set_viewport_size({"width": width, "height": 900})
    for fragment in ("overview", "records", REJECTED, "s0-000005"):
        opened.go(fragment)
        if fragment.startswith("s0"):
            opened.page.locator(".assistant .tell").first.click()
        for summary in opened.page.locator("summary:visible").all():
            summary.click()
        found = Axe().run(opened.page).response["violations"]
        serious = [
            (each["id"], each["nodes"][0]["html"]) for each in found if each["impact"] in ("serious", "critical")
        ]
        assert serious == [], (fragment, scheme, width)
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_prints(some: Path, open_report: Open) -> None:
    page = open_report(some, fragment="s0-000003").page
    page.emulate_media(media="print")
    assert not page.locator(".side").is_visible()
    assert page.locator(".assistant").first.is_visible()
    assert page.evaluate("getComputedStyle(document.getElementById('record')).overflow") == "visible"


def test_ten_thousand_records(tmp_path: Path, open_report: Open, record_property: Any) -> None:
    path = tmp_path / "many.jsonl"
    one = good(1)
    template = json.dumps(one)
    with path.open("w", encoding="utf-8") as file:
        for number in range(10_000):
            file.write(template.replace("apple", f"apple{number}").replace(one["id"], f"s1-{number:06d}") + "\n")
    opened = open_report(path, fragment="records")
    page = opened.page
    own = 2_000_000
    assert opened.file.stat().st_size < 1.5 * len(gzip.compress(path.read_bytes())) + own
    assert page.locator("#found").inner_text() == "10,000 records"
    assert page.locator("#list [role=option]").count() < 60
    steps = page.evaluate(
        """async () => {
            const took = { scroll: 0, filter: 0 };
            const box = document.getElementById("list"), text = document.getElementById("filters").elements.text;
            const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
            const time = async (name, act) => {
                const began = performance.now();
                act();
                await frame();
                took[name] = Math.max(took[name], performance.now() - began);
            };
            for (let at = 0; at < 20; at += 1) await time("scroll", () => { box.scrollTop = at * 36000; });
            const type = (value) => { text.value = value; text.dispatchEvent(new Event("input", { bubbles: true })); };
            for (const value of ["a", "ap", "app", "apple", "apple99", "apple9999", ""])
                await time("filter", () => type(value));
            return took;
        }"""
    )
    longest = ", ".join(f"{name} {milliseconds:.0f} ms" for name, milliseconds in steps.items())
    record_property("table", f"10,000 records, the longest step of: {longest}")
    opened.go("s1-005000")
    # The list is where the record is.
    assert page.locator("#list [aria-selected=true] b").all_inner_texts() == ["s1-005000"]
    page.locator("[name=text]").fill("s1-009999")
    assert page.locator("#list [role=option] b").all_inner_texts() == ["s1-009999"]
    page.locator("#list [role=option]").click()
    page.wait_for_selector("#record h2:has-text('s1-009999')")


def test_a_record_leads_to_the_traces_of_how_it_was_made(some: Path, tmp_path: Path, open_report: Open) -> None:
    run = tmp_path / "run"
    run.mkdir()
    some.rename(run / "records.jsonl")
    ids = [f"01a22e9f-f9f1-744f-ac9f-c8cdebebc17{n}" for n in range(3)]
    hosts = ["https://smith.example", None, "javascript:alert(1)//"]
    traces = [
        Trace(record="s0-000000", trace=UUID(id), project=host and "p", host=host)
        for id, host in zip(ids, hosts, strict=True)
    ]
    (run / "traces.jsonl").write_text("".join(f"{trace.model_dump_json()}\n" for trace in traces))
    page = open_report(run, fragment="s0-000000").page
    told = page.locator(".traces")
    plain = [id.replace("-", "") for id in ids]
    assert told.inner_text() == (
        f"Traces of how it was made, the last first: {plain[2]}, {plain[1]}, open in LangSmith"
    )
    [link] = told.locator("a").all()
    assert link.get_attribute("href") == f"https://smith.example/o/-/projects/p/p/r/{ids[0]}?poll=true"
    assert link.get_attribute("rel") == "noopener noreferrer"
    page.goto("about:blank")
    assert open_report(run, fragment="s0-000003").page.locator(".traces").count() == 0
