"""Two minutes of a trial: records of this minute, a few steps whose loss falls, a graded answer; in two forms."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace

from bench.lift.answering import Answers, answer, key_of
from bench.lift.errors import LiftError
from bench.lift.examples import make_data, order, read_examples
from bench.lift.forms import HERMES, PYTHON, Form, with_thoughts
from bench.lift.grading import grade
from bench.lift.prompts import Example
from bench.lift.questions import bfcl_folder, bfcl_questions, check_version
from bench.lift.settings import Settings
from bench.lift.training import train
from bench.lift.weights import check_room, find_model, load

_RECORDS, _STEPS, _BATCH, _LIMIT, _FEW = 60, 10, 3, 400, 3


def smoke(settings: Settings) -> None:
    """Run it in `smoke` under the trial's folder, which begins anew. Raises LiftError where a loss does not fall."""
    small = replace(
        settings,
        out=settings.out / "smoke",
        seeds=(1,),
        samples=(_STEPS * _BATCH,),
        records=_RECORDS,
        batch=_BATCH,
        limit=_LIMIT,
    )
    check_version(bfcl_folder(), any_version=settings.any_version)
    check_room(small.out, small.cache, small.model)
    place = find_model(small.model, small.cache)
    shutil.rmtree(small.out, ignore_errors=True)
    small = small.of_forms()
    small.claim()
    make_data(small, 1)
    examples = order(read_examples(small.data(1, "train"), 1), 1)
    for form in (PYTHON, with_thoughts(HERMES)):
        _smoke_form(small, place, examples, form)


def _smoke_form(settings: Settings, place: str, examples: Sequence[Example], form: Form) -> None:
    loaded = load(place, threads=settings.threads)
    folder = settings.arm(1, form.name)
    train(loaded, examples, folder, settings, 1, settings.samples, form=form)
    losses = [json.loads(line)["loss"] for line in (folder / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    before, after = sum(losses[:_FEW]) / _FEW, sum(losses[-_FEW:]) / _FEW
    print(f"{form.label}: loss {before:.3f} to {after:.3f} in {len(losses)} steps")
    if not after < before:
        raise LiftError(f"{form.label}: the loss did not fall: {before:.3f} to {after:.3f}")
    (question,) = bfcl_questions(bfcl_folder(), "simple_python", 1)
    answers = Answers(settings.out / "answers" / f"{form.name}.jsonl")
    answer(loaded, [question], answers, form=form, longest=settings.longest)
    text = answers.get(key_of(question, (), form))
    if text is None:
        raise LiftError("the question was not answered")
    print(f"{question.id}: {text!r}: {grade(question, text, form)}")
