"""The review page in a real browser: by keys alone, through a crash of its server, in two tabs, with several people."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.reviewing import Page, open_tab
from tests.browser.test_report_hostile import HOSTILE, spoil
from tests.review_server import reviews_of, run_of, served

WIDE = {"width": 1400, "height": 900}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return run_of(tmp_path / "run")


@pytest.fixture
def context(browser: Any) -> Iterator[Any]:
    made = browser.new_context(viewport=WIDE)
    yield made
    made.close()


def nothing_went_wrong(tab: Page, address: str) -> None:
    assert tab.errors == []
    own = address.partition("?")[0]
    assert [url for url in tab.requests if not url.startswith((own, "data:"))] == []


def test_twenty_records_are_reviewed_by_keys_alone(run: Path, context: Any, record_property: Any) -> None:
    before = (run / "records.jsonl").read_bytes()
    ids = [json.loads(each)["id"] for each in before.splitlines()]
    took = []
    with served(run) as server:
        tab = open_tab(context, server.address)
        for number in range(20):
            assert tab.id == ids[number]
            if number % 5 == 3:
                tab.press("r", "2", "Enter")
            elif number % 5 == 4:
                tab.press("n")
                tab.page.keyboard.type("read twice")
                tab.press("Control+Enter", "t")
                tab.page.keyboard.type("weather, odd")
                tab.press("Control+Enter", "a")
            else:
                tab.press("a")
            tab.await_saved(f"Saved: {ids[number]} ")
            took.append(tab.page.evaluate("review.lastSaveMs"))
        assert tab.text("#progress-text") == "20 of 26 decided: 16 accepted, 4 rejected"
        nothing_went_wrong(tab, server.address)
    record_property("decision_ms", sorted(took))
    print("a decision's round trip, milliseconds:", [round(each) for each in sorted(took)])
    made = reviews_of(run)
    assert [each["record"] for each in made] == ids[:20]
    assert made[3]["decision"] == "reject"
    assert made[3]["reason"] == "the calls do not answer it"
    assert (made[4]["note"], made[4]["tags"]) == ("read twice", ["weather", "odd"])
    assert {each["reviewer"] for each in made} == {"Ada"}
    assert (run / "records.jsonl").read_bytes() == before


def test_undo_takes_back_the_last_decision_and_goes_to_it(run: Path, context: Any) -> None:
    with served(run) as server:
        tab = open_tab(context, server.address)
        first = tab.id
        tab.press("a")
        tab.await_saved()
        tab.press("u")
        tab.await_saved("taken back")
        assert tab.id == first
        assert tab.text("#verdict").startswith("Not decided.")
        assert tab.text("#progress-text") == "0 of 26 decided"
        tab.press("u")
        tab.await_saved("nothing to undo")
    assert [each["decision"] for each in reviews_of(run)] == ["accept", "undo"]


def test_what_no_proof_decides_is_said_beside_what_holds(run: Path, context: Any) -> None:
    with served(run) as server:
        tab = open_tab(context, server.address)
        tab.page.goto(f"{server.address}#s0-000002")
        tab.page.wait_for_selector("#record h2:has-text('s0-000002')")
        tab.press("m")
        tab.page.wait_for_selector("#proofs .right")
        assert "1 value told in other words" in tab.text("#proofs")


def test_a_mend_is_proved_while_it_is_written_and_saved_when_it_holds(run: Path, context: Any) -> None:
    with served(run) as server:
        tab = open_tab(context, server.address)
        page = tab.page
        page.goto(f"{server.address}#s0-000003")
        page.wait_for_selector("#record h2:has-text('s0-000003')")
        tab.press("m")
        page.wait_for_selector("#proofs .right")
        assert "in other words" not in tab.text("#proofs")
        answer = page.locator("#drafts textarea").nth(1)
        words = answer.input_value()
        answer.fill(words.replace("193 minutes", "194 minutes"))
        page.wait_for_selector("#proofs .wrong")
        # The finding stands at its place in the record too.
        assert "194" in tab.text("#record .assistant .finding >> nth=0")
        tab.press("Control+Enter")
        tab.await_saved("Not saved: ")
        assert reviews_of(run) == []
        # What was typed survives leaving the panel, and the page.
        tab.press("Escape")
        page.reload()
        page.wait_for_selector("body[data-ready=yes]")
        tab.press("m")
        assert "194 minutes" in page.locator("#drafts textarea").nth(1).input_value()
        page.locator("#drafts textarea").nth(1).fill(words.replace("It takes", "The flight takes"))
        page.wait_for_selector("#proofs .right")
        tab.press("Control+Enter")
        tab.await_saved("mended")
        tab.press("k")
        page.wait_for_selector("#record h2:has-text('s0-000003')")
        assert "The flight takes about" in tab.text("#record .assistant >> nth=0")
        nothing_went_wrong_but(tab, server.address, "422")
    (made,) = reviews_of(run)
    assert made["mended"]["turns"][0]["response"].startswith("The flight takes about [193 minutes](s2/minutes)")


def nothing_went_wrong_but(tab: Page, address: str, refused: str) -> None:
    """A refusal is a line of the browser's own in its console, and no error of the page."""
    tab.errors = [words for words in tab.errors if f"status of {refused}" not in words]
    nothing_went_wrong(tab, address)


def test_a_killed_server_loses_nothing_and_the_tab_goes_on(run: Path, context: Any) -> None:
    with served(run) as server:
        tab = open_tab(context, server.address)
        for number in range(3):
            tab.press("a")
            tab.await_saved(f"s0-00000{number}")
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
    with open(run / "reviews.jsonl", "ab") as file:
        file.write(b'{"schema_version":1,"id":"cut off in mid')
    tab.press("a")
    tab.await_saved("Not saved yet")
    assert len(reviews_of_whole_lines(run)) == 3
    with served(run) as again:
        assert again.address == server.address
        tab.await_saved("Saved: s0-000003 accepted")
        tab.press("r", "1", "Enter")
        tab.await_saved("Saved: s0-000004 rejected")
        tab.errors.clear()  # the browser's own words on a server that was away
        nothing_went_wrong(tab, again.address)
    made = reviews_of(run)
    assert [each["record"] for each in made] == [f"s0-00000{number}" for number in range(5)]
    assert len({each["id"] for each in made}) == 5


def reviews_of_whole_lines(run: Path) -> list[Any]:
    return [json.loads(each) for each in (run / "reviews.jsonl").read_bytes().split(b"\n")[:-1]]


def test_a_tab_that_died_before_its_decision_was_saved_loses_it_not(run: Path, context: Any) -> None:
    with served(run) as server:
        tab = open_tab(context, server.address)
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
        tab.press("a")
        tab.await_saved("Not saved yet")
        tab.page.close()
    assert reviews_of(run) == []
    with served(run) as again:
        after = open_tab(context, again.address)
        after.await_saved("1 decision that an earlier page could not send: saved")
        assert after.id == "s0-000001"
    assert [each["record"] for each in reviews_of(run)] == ["s0-000000"]


def test_two_tabs_do_not_decide_over_each_other(run: Path, context: Any) -> None:
    with served(run) as server:
        first, second = (open_tab(context, server.address) for _ in range(2))
        first.page.bring_to_front()
        first.press("a")
        first.await_saved()
        second.page.bring_to_front()
        second.press("r", "1", "Enter")
        second.await_saved("decided in another tab: accept")
        assert second.text("#verdict").startswith("You accepted it.")
        assert len(reviews_of(run)) == 1
        # Seen, it may be decided otherwise.
        second.press("Escape", "r", "1", "Enter")
        second.await_saved("Saved: s0-000000 rejected")
    assert [each["decision"] for each in reviews_of(run)] == ["accept", "reject"]


def test_what_others_and_a_judge_said_is_hidden_until_one_has_decided(run: Path, browser: Any) -> None:
    lines = [json.loads(each) for each in (run / "records.jsonl").read_text(encoding="utf-8").splitlines()]
    lines[0]["judge"] = {"model": "m", "naturalness": 2, "naturalness_reason": "stilted-words", "would_ask": 3,
                         "would_ask_reason": "w", "trials": 2, "solved": 1}  # fmt: skip
    (run / "records.jsonl").write_text("".join(json.dumps(each) + "\n" for each in lines), encoding="utf-8")
    with served(run) as server:
        ada, ben = (open_tab(browser.new_context(viewport=WIDE), server.address, name) for name in ("Ada", "Ben"))
        ada.press("r", "1", "Enter")
        ada.await_saved()
        ben.page.reload()
        ben.page.wait_for_selector("body[data-ready=yes]")
        assert "Ada" not in ben.text("#desk")
        assert "stilted-words" not in ben.page.content()
        ben.press("a")
        ben.await_saved("Ada rejected it")
        ben.press("k")
        ben.page.wait_for_selector("#record h2:has-text('s0-000000')")
        assert "Ada rejected it: no person would send it" in ben.text("#verdict").replace("“", "").replace("”", "")
        assert "natural 2 of 5" in ben.text("#verdict")
        assert "stilted-words" in ben.text("#record")
        ben.press("g")
        ben.page.wait_for_selector("#agreement-dialog[open]")
        assert ben.page.locator("#agreement tbody tr").all_inner_texts() == ["Ada and Ben\t1\t0%\t0.00"]
        for tab in (ada, ben):
            nothing_went_wrong(tab, server.address)
            tab.page.context.close()


def test_hostile_records_run_nothing(tmp_path: Path, context: Any) -> None:
    run = run_of(tmp_path / "run", 0)
    lines = [spoil(json.loads(each)) for each in (run / "records.jsonl").read_text(encoding="utf-8").splitlines()]
    (run / "records.jsonl").write_text("".join(json.dumps(each) + "\n" for each in lines), encoding="utf-8")
    name = "<img src=x onerror=hacked=1>"
    with served(run) as server:
        tab = open_tab(context, server.address, name)
        for _ in range(3):
            for summary in tab.page.locator("#record summary:visible").all():
                summary.click()
            tab.press("n")
            tab.page.keyboard.type(name)
            tab.press("Control+Enter", "r")
            tab.page.keyboard.type("</script><b>no</b>")
            tab.press("Enter")
            tab.await_saved()
            tab.press("m")
            tab.page.wait_for_selector("#proofs b")
            tab.press("Escape")
        tab.press("k")
        tab.page.wait_for_selector("#verdict .decided.reject")
        assert "</script><b>no</b>" in tab.text("#verdict")
        assert tab.page.evaluate("typeof hacked") == "undefined"
        assert tab.page.locator("#record img, #record a[href^=javascript], #desk img, #record style").count() == 0
        assert "U+202E" in tab.text("#record")
        nothing_went_wrong(tab, server.address)
    assert HOSTILE.startswith("</script>")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 400])
def test_it_is_accessible(run: Path, browser: Any, scheme: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    with served(run, "--audit", "5") as server:
        tab = open_tab(context, server.address)

        def check(what: str) -> None:
            found = Axe().run(tab.page).response["violations"]
            serious = [
                (each["id"], each["nodes"][0]["html"]) for each in found if each["impact"] in ("serious", "critical")
            ]
            assert serious == [], (what, scheme, width)
            assert tab.page.evaluate("document.documentElement.scrollWidth") <= width, what

        check("record")
        for key, what in (("r", "reason"), ("n", "note"), ("m", "mend")):
            tab.press(key)
            if key == "m":
                tab.page.wait_for_selector("#proofs b")
            check(what)
            tab.press("Escape")
        for key in ("?", "g", "w"):
            tab.press(key)
            tab.page.wait_for_selector("dialog[open]")
            check(key)
            tab.press("Escape")
        tab.press("1", "1", "y", "r", "Enter")
        tab.await_saved()
        tab.press("k")
        check("decided")
    context.close()


def test_an_audit_asks_its_questions(run: Path, context: Any) -> None:
    with served(run, "--audit", "4", "--seed", "3") as server:
        tab = open_tab(context, server.address)
        assert tab.page.locator("#audit .question").count() == 5
        tab.press("a")
        tab.await_saved("Answer first: Would a person send it?")
        tab.press("4", "4", "y")
        tab.press("r", "Enter")
        tab.await_saved("rejected")
        tab.press("y", "a")
        tab.await_saved("accepted")
        assert tab.text("#progress-text") == "2 of 4 decided: 1 accepted, 1 rejected"
    first, second = reviews_of(run)
    assert first["answers"]["response_right"] == "no"
    assert first["reason"] == "the response is wrong or incomplete"
    assert set(second["answers"].values()) == {"yes"}
