"""Forged judgements: the trials that a record holds tell what came of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.toolgrad_data.verify.files import Json, good, line, verified, write, wrongs
from toolgrad_data.verify.view import report_view


def judged(index: int) -> Json:
    data = good(index)
    [step] = data["turns"][0]["steps"]
    call = {"tool": step["tool"], "arguments": step["arguments"], "result": step["result"], "step": "s1", "how": "same"}
    scores = {"naturalness_reason": "", "naturalness": 4, "would_ask_reason": "", "would_ask": 5}
    data["judge"] = {"model": "m", "trials": 1, "solved": 1, **scores}
    data["trajectories"] = [
        {"trial": 1, "model": "m", "outcome": "same", "turns": [{"reasoning": "", "calls": [call]}], "answer": "Yes."},
        {"trial": 2, "model": "m", "outcome": "failed", "turns": [], "error": "refused", "missing": ["s1"]},
    ]
    return data


def test_an_honest_judgement_is_counted(tmp_path: Path) -> None:
    report = verified(write(tmp_path / "r.jsonl", line(judged(1)), line(good(2))))
    assert wrongs(report) == []
    assert (report.judged.records, report.judged.trials, report.judged.solved) == (1, 1, 1)
    assert (report.judged.naturalness, report.judged.would_ask) == (4.0, 5.0)


def _count(data: Json) -> None:
    data["judge"]["solved"] = 0


def _more(data: Json) -> None:
    data["judge"].update(trials=5, solved=5)


def _unjudged(data: Json) -> None:
    data["trajectories"] = None


def _outcome(data: Json) -> None:
    data["trajectories"][0]["turns"][0]["calls"][0]["arguments"] = {"number": 99}
    data["trajectories"][0]["turns"][0]["calls"][0]["result"] = {"answer": 198}


def _stands_for(data: Json) -> None:
    data["trajectories"][0]["turns"][0]["calls"][0]["how"] = "equivalent"


@pytest.mark.parametrize(
    ("forge", "codes"),
    [
        (_count, ["count_differs"]),
        (_more, ["count_differs"]),
        (_unjudged, ["count_differs"]),
        (_outcome, ["outcome_differs", "count_differs"]),
        (_stands_for, ["outcome_differs"]),
    ],
)
def test_a_forged_one_is_found(tmp_path: Path, forge: Callable[[Json], Any], codes: list[str]) -> None:
    data = judged(1)
    forge(data)
    report = verified(write(tmp_path / "r.jsonl", line(data)))
    assert wrongs(report) == [(1, "judged", code) for code in codes]
    assert report.judged.findings == dict.fromkeys(sorted(codes), 1)
    assert f"1 × {codes[0]}" in str(report_view(report))
