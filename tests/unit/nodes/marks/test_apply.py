"""From marks to what a record stores."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from graph.marks import ArgumentSource, DerivedTell, GivenSource, Tell
from graph.record import RecordContext, Step
from graph.sources import StepSource
from nodes.marks.apply import FreeFigures, infer_tells, read_query, read_response, with_tells_around
from nodes.marks.figures import Figure, figures_of
from nodes.marks.infer import Values
from nodes.marks.parse import parse
from nodes.marks.says import Setting
from tool_registry.spec import Annotations, ToolSpec

EN = Setting()
READS, WRITES = Annotations(read_only=True), Annotations(read_only=False)


def spec(name: str, annotations: Annotations) -> ToolSpec:
    return ToolSpec(
        name=name, description=name, parameters={"type": "object"}, source="builtin", annotations=annotations
    )


SPECS = {"look": spec("look", READS), "add": spec("add", WRITES)}
STEPS = {
    "s1": Step(id="s1", tool="look", arguments={"city": "Bergen", "days": 3}, result={"sunrise": "06:11", "cost": 12}),
    "s2": Step(id="s2", tool="add", arguments={"item": "salt"}, result={"added": True, "cost": 25.04}),
}


def sources(query: str) -> dict[str, dict[str, tuple[str, bool]]]:
    read = read_query(parse(query), 0, list(STEPS.values()), SPECS, EN)
    return {
        step: {pointer: (source.quote, source.paraphrase) for pointer, source in given.items()}
        for step, given in read.sources.items()
        if given
    }


def tells(response: str) -> list[Any]:
    return read_response(parse(response), STEPS, SPECS)


def test_a_querys_marks_give_arguments_and_ask() -> None:
    query = "[When is dawn in [Bergen](s1/city) for [three](s1/days) days](s1)? [Add [it](s2/item)](s2)."
    assert sources(query) == {
        "s1": {"/city": ("Bergen", False), "/days": ("three", False)},
        "s2": {"/item": ("it", True)},
    }
    read = read_query(parse(query), 0, list(STEPS.values()), SPECS, EN)
    assert [(ask.quote, ask.steps) for ask in read.asks] == [
        ("When is dawn in Bergen for three days", ["s1"]),
        ("Add it", ["s2"]),
    ]


def test_the_first_words_that_say_a_value_count() -> None:
    assert sources("[there](s1/city), I mean [Bergen](s1/city), [Bergen](s1/city)")["s1"]["/city"] == ("Bergen", False)


def test_marks_of_queries_that_point_nowhere_say_nothing() -> None:
    assert sources("[a](s9/x) [b](s1/x) [c](s1/city)") == {"s1": {"/city": ("c", True)}}


def test_a_responses_marks_tell() -> None:
    found = tells(
        "[06:11](s1/sunrise), [13.04 more](difference s2/cost s1/cost), [there](given s1/city), [I added it](s2), "
        "[all of it](s1), [12 and 25.04](s1/cost s2/cost)"
    )
    assert [tell.source for tell in found] == [
        StepSource(step="s1", pointer="/sunrise"),
        DerivedTell(
            op="difference", of=[StepSource(step="s2", pointer="/cost"), StepSource(step="s1", pointer="/cost")]
        ),
        GivenSource(of=ArgumentSource(step="s1", pointer="/city")),
        None,
        StepSource(step="s1", pointer=""),
        StepSource(step="s1", pointer="/cost"),
    ]
    assert found[3].did == "s2"
    assert found[5].also == [StepSource(step="s2", pointer="/cost")]


def test_marks_of_responses_that_point_nowhere_leave_words() -> None:
    assert tells("[5](s9/x) [6](s1/nothing) [7](given s1/nothing) [8](s1/sunrise s1/nothing)") == []


def test_what_was_reckoned_may_take_an_argument() -> None:
    source = tells("[36](product s1/cost s1/days)")[0].source
    assert source == DerivedTell(
        op="product", of=[StepSource(step="s1", pointer="/cost"), ArgumentSource(step="s1", pointer="/days")]
    )


def inferred(response: str, query: str = "") -> list[tuple[str, Any]]:
    values = Values(RecordContext(), EN)
    for step in STEPS.values():
        values.learn_step(step)
    marked = parse(response)
    written = read_response(marked, STEPS, SPECS)
    found = infer_tells(marked.text, written, values, EN, free=FreeFigures([query], EN))
    return [(tell.quote, tell.source) for tell in found]


def test_figures_without_marks_are_inferred() -> None:
    assert inferred("At 06:11 for 12 euros") == [
        ("06:11", StepSource(step="s1", pointer="/sunrise")),
        ("12", StepSource(step="s1", pointer="/cost")),
    ]
    assert inferred("At [06:11](s1/sunrise) for two euros and 1 cent") == []  # marked, a word, a bare one
    assert inferred("At 07:11") == []  # stands nowhere
    assert inferred("for 12 euros", "Is it 12 euros?") == []  # the person's own
    assert inferred("and 12 per cent you have it", "At 12 % a year?") == []  # percent is in the figure
    assert inferred("and 12 per cent you have it", "At 12 a year?") != []


def test_free_figures_stand_with_a_word_beside() -> None:
    free = FreeFigures(["for 3 nights from 9 May"], EN)

    def has(text: str) -> list[bool]:
        return [free.has(figure, text) for figure in figures_of(text)]

    assert has("your 3 nights") == [True]
    assert has("it has 3 doors") == [False]
    assert has("on 9 May") == [True]  # a date is enough by itself


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 6)), max_size=8),
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 12)), max_size=8),
)
def test_figures_come_with_the_tells_that_touch_them(
    spoken: list[tuple[int, int]], told: list[tuple[int, int]]
) -> None:
    ends = dict(sorted((start, start + length) for start, length in spoken))
    starts = [*ends, 100]
    figures = [Figure(start, min(ends[start], after), ()) for start, after in zip(ends, starts[1:], strict=True)]
    tells = [Tell(start=start, end=start + length, quote="x" * length) for start, length in told]
    for figure, touching in with_tells_around(figures, tells):
        expected = [tell for tell in tells if tell.start < figure.end and figure.start < tell.end]
        assert sorted(map(id, touching)) == sorted(map(id, expected))
