"""BFCL's own checker, from its wheel, on our ground truths; and our rules on BFCL's own questions."""

import importlib.util
import json
import random
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from graph.record import Record
from tests.unit.toolgrad_data.export.formats.test_bfcl import mutations
from tests.unit.toolgrad_data.export.records import parallel
from toolgrad_data.export.conversation import UnfitError
from toolgrad_data.export.formats.bfcl import Bfcl
from toolgrad_data.export.formats.bfcl_rules import TYPES, NamedCall, refusal
from toolgrad_data.export.from_record import example_of

_WHEEL = importlib.util.find_spec("bfcl_eval")
if _WHEEL is None:
    pytest.skip("needs BFCL's wheel for its checker: pip install --no-deps bfcl-eval", allow_module_level=True)
DATA = Path(str(_WHEEL.origin)).parent / "data"
CATEGORIES = ("simple_python", "multiple", "parallel", "parallel_multiple")

Judge = Callable[[list[dict[str, Any]], list[dict[str, Any]], list[NamedCall], str], bool]


@pytest.fixture(scope="module")
def bfcl_accepts() -> Iterator[Judge]:
    """Whether BFCL's own `ast_checker` accepts calls. Its table of models, which needs gigabytes, is stood in for."""
    name = "bfcl_eval.constants.model_config"
    table = ModuleType(name)
    table.MODEL_CONFIG_MAPPING = {"ours": SimpleNamespace(underscore_to_dot=False)}  # type: ignore[attr-defined]
    before = set(sys.modules)
    sys.modules[name] = table
    checker = import_module("bfcl_eval.eval_checker.ast_eval.ast_checker")
    python = import_module("bfcl_eval.constants.enums").Language.PYTHON

    def accepts(
        functions: list[dict[str, Any]], truth: list[dict[str, Any]], calls: list[NamedCall], category: str
    ) -> bool:
        answer = [{name: dict(arguments)} for name, arguments in calls]
        return bool(checker.ast_checker(functions, answer, truth, python, category, "ours")["valid"])

    yield accepts
    for added in [module for module in sys.modules if module.startswith("bfcl_eval") and module not in before]:
        del sys.modules[added]


def test_bfcl_accepts_our_ground_truths_and_agrees_on_mutations(
    real_records: list[Record], bfcl_accepts: Judge
) -> None:
    rng = random.Random(5)
    agreed = {True: 0, False: 0}
    for made in [*real_records, parallel()]:
        try:
            (row,) = Bfcl().rows(example_of(made), 0)
        except UnfitError:
            continue
        functions, truth = row["question"]["function"], row["answer"]["ground_truth"]
        (calls,) = Bfcl().calls(row)
        assert bfcl_accepts(functions, truth, calls, row["category"]), made.id
        for what, mutant in mutations(calls, rng):
            ours = not refusal(functions, truth, mutant)
            assert bfcl_accepts(functions, truth, mutant, row["category"]) == ours, (made.id, what)
            agreed[ours] += 1
    assert agreed[False] > 50


@pytest.mark.parametrize("category", CATEGORIES)
def test_our_rules_judge_bfcls_own_questions_as_bfcl_does(category: str, bfcl_accepts: Judge) -> None:
    rng = random.Random(7)
    file = f"BFCL_v4_{category}.json"
    questions = [json.loads(line) for line in (DATA / file).read_text(encoding="utf-8").splitlines()]
    answers = (DATA / "possible_answer" / file).read_text(encoding="utf-8").splitlines()
    agreed = {True: 0, False: 0}
    for question, line in zip(questions, answers, strict=True):
        functions, truth = question["function"], json.loads(line)["ground_truth"]
        calls = [
            (name, {key: first(values[0]) for key, values in accepted.items() if values[0] != ""})
            for wanted in truth
            for name, accepted in wanted.items()
        ]
        for _, mutant in [("as it is", calls), *mutations(calls, rng)]:
            ours = not refusal(functions, truth, mutant)
            assert bfcl_accepts(functions, truth, mutant, category) == ours, (question["id"], mutant)
            agreed[ours] += 1
    assert agreed[True] > 80
    assert agreed[False] > 200


def first(value: Any) -> Any:
    if isinstance(value, list) and value and all(isinstance(element, dict) for element in value):
        return [first(element) for element in value]
    return {key: values[0] for key, values in value.items() if values[0] != ""} if isinstance(value, dict) else value


def test_our_rows_have_the_members_and_types_of_bfcls(real_records: list[Record]) -> None:
    with open(DATA / "BFCL_v4_parallel_multiple.json", encoding="utf-8") as file:
        theirs = json.loads(file.readline())
    (row,) = Bfcl().rows(example_of(parallel()), 0)
    assert {"id", *row["question"]} == set(theirs)
    ours, example = row["question"]["function"][0], theirs["function"][0]
    assert set(ours) == set(example)
    assert set(ours["parameters"]) == set(example["parameters"])
    assert set(TYPES) >= {schema["type"] for schema in ours["parameters"]["properties"].values()}
