"""What each kind of source gives, and what is told where it gives none."""

from typing import Any

import pytest

from graph.record import RecordContext, Step
from graph.sources import ComposedSource, ContextSource, DefaultSource, DerivedSource, Source, StepSource, UserSource
from nodes.marks.says import Setting
from nodes.proofs.source_checks import Grounds, Leaf, readings, show_value

QUERY = "Book 3 rooms in Rome on 9 May 2026."
CONTEXT = RecordContext(now="2026-05-06T10:00:00+02:00", user={"home": "Graz"})
FOUND = Step(
    id="s1", tool="t", arguments={}, result={"price": 90, "note": "paid 15 on 2026-05-01", "deep": [{"id": "x7"}]}
)
PARAMETERS = {"properties": {"it": {"default": 5}}}


def quote(words: str, **members: Any) -> UserSource:
    start = QUERY.index(words)
    return UserSource(start=start, end=start + len(words), quote=words, **members)


def code(source: Source, value: Any, parameters: dict[str, Any] | None = None, **keywords: bool) -> str | None:
    grounds = Grounds([QUERY], {"s1": FOUND}, CONTEXT, results=[FOUND.result])
    problem = grounds.problem(source, Leaf("/it", value, parameters or {}), **keywords)
    return None if problem is None else problem.code


PRICE = StepSource(step="s1", pointer="/price")


@pytest.mark.parametrize(
    ("source", "value", "wrong"),
    [
        (quote("3 rooms"), 3, 4),
        (quote("Rome"), "Rome", "Roma"),
        (quote("9 May 2026"), "2026-05-09", "2026-05-10"),
        (PRICE, 90, 91),
        (PRICE, 90.0, True),
        (StepSource(step="s1", pointer="/deep/0/id"), "x7", "x8"),
        (StepSource(step="s1", pointer="/note", span="15"), 15, 16),
        (StepSource(step="s1", pointer="/note", span="15"), "15", "150"),
        (ContextSource(pointer="/user/home"), "Graz", "Wien"),
        (DerivedSource(op="product", of=[PRICE, quote("3 rooms")]), 270, 271),
    ],
)
def test_a_source_holds_for_its_value_alone(source: Source, value: Any, wrong: Any) -> None:
    assert code(source, value) is None
    assert code(source, wrong) in ("other_value", "quote_does_not_say")


@pytest.mark.parametrize(
    ("source", "value", "told"),
    [
        (UserSource(start=0, end=4, quote="Rome"), "Rome", "not_in_query"),
        (UserSource(turn=1, start=0, end=4, quote="Book"), "Book", "not_in_query"),
        (UserSource(start=16, end=18, quote="Ro"), "Ro", "not_in_query"),  # a word is cut
        (quote("Rome"), "n" * 200, "nobody_types_this"),
        (StepSource(step="s2", pointer=""), 1, "not_an_earlier_step"),
        (StepSource(step="s1", pointer="/none"), 1, "no_such_pointer"),
        (StepSource(step="s1", pointer="price"), 90, "bad_pointer"),
        (StepSource(step="s1", pointer="/note", span="5"), 5, "no_such_span"),
        (StepSource(step="s1", pointer="/price", span="90"), 90, "no_such_span"),
        (ContextSource(pointer="/locale/none"), 1, "no_such_pointer"),
        (DefaultSource(), 5, "no_default"),
        (DerivedSource(op="ratio", of=[PRICE]), 1, "bad_derivation"),
        (DerivedSource(op="sum", of=[PRICE, DefaultSource()]), 95, "bad_derivation"),
        (ComposedSource(of=[PRICE]), "90 paid", "composed_not_allowed"),
    ],
)
def test_what_a_source_lacks_is_told_by_a_code(source: Source, value: Any, told: str) -> None:
    assert code(source, value) == told


def test_defaults_are_those_of_the_schema() -> None:
    assert code(DefaultSource(), 5, PARAMETERS) is None
    assert code(DefaultSource(), 6, PARAMETERS) == "other_value"


def test_composed_text_is_text_and_its_parts_hold() -> None:
    assert code(ComposedSource(of=[PRICE]), "90 paid", allow_composed=True) is None
    assert code(ComposedSource(of=[PRICE]), 90, allow_composed=True) == "composed_not_text"
    assert code(ComposedSource(of=[StepSource(step="s1", pointer="/x")]), "a", allow_composed=True) == "no_such_pointer"


def test_derivations_are_nested_so_far_and_no_further() -> None:
    source: Source = PRICE
    for _ in range(9):
        source = DerivedSource(op="sum", of=[source, PRICE])
    assert code(source, 900) is None
    assert code(DerivedSource(op="sum", of=[source, PRICE]), 990) == "too_deep"


def test_words_are_read_as_numbers_dates_times_and_themselves() -> None:
    assert readings("Rome", Setting("en", None)) == ["Rome"]
    assert readings("twenty-five", Setting("en", None)) == [25, "twenty-five"]
    assert "2026-05-09" in readings("9 May 2026", Setting("en", None))
    assert "14:30" in readings("2:30 pm", Setting("en", None))


def test_values_are_shown_short() -> None:
    assert show_value({"a": "é"}) == '{"a": "é"}'
    assert show_value("n" * 100) == '"' + "n" * 76 + "..."
