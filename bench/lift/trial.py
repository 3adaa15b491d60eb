"""One trial from records to a page: every stage leaves what it made, and the same command goes on behind the last."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.lift.answering import answer
from bench.lift.arms import (
    ARGUMENTS,
    LABELS,
    QUERIES,
    REAL,
    UNTUNED,
    Arm,
    Graded,
    answers_of,
    fresh_questions,
    graded,
    questions_of,
)
from bench.lift.equal_tokens import fitting, samples_of
from bench.lift.examples import make_data, order, read_examples, shuffled_arguments, shuffled_queries
from bench.lift.forms import FORMS, PYTHON, Form
from bench.lift.prompts import Example
from bench.lift.questions import Question, bfcl_folder, check_version
from bench.lift.results import page
from bench.lift.settings import Settings
from bench.lift.training import finished, train
from bench.lift.weights import check_room, find_model, load


class Trial:
    """Runs what a trial still lacks, and writes the page after each arm. Raises LiftError."""

    def __init__(self, settings: Settings, results: Path) -> None:
        self._settings = settings
        self._results = results
        self._bfcl = check_version(bfcl_folder(), any_version=settings.any_version)
        self._arms: list[tuple[Arm, int]] = []
        self._forms: list[Graded] = []
        self._questions: dict[int, list[Question]] = {}
        self._place = ""

    def run(self) -> None:
        """Run all seeds without controls first, then controls, forms and fresh questions, as far as asked for."""
        settings = self._settings
        settings.claim()
        check_room(settings.out, settings.cache, settings.model)
        self._place = find_model(settings.model, settings.cache)
        for seed in settings.seeds:
            for arm in self._of_seed(seed, controls=False):
                self._ask(arm, seed)
        for seed in settings.seeds if settings.controls else ():
            for arm in self._of_seed(seed, controls=True):
                self._ask(arm, seed)
        for seed in settings.seeds if settings.forms else ():
            self._ask_forms(seed)
        if settings.fresh:
            self._ask_fresh()
        self._write()

    def _of_seed(self, seed: int, *, controls: bool) -> Iterator[Arm]:
        """Make a seed's records, train on them, and yield the arms."""
        settings = self._settings
        examples, self._questions[seed] = _data(settings, seed)
        if not controls:
            yield from UNTUNED
            yield from self._tuned(seed, REAL, examples, settings.samples)
            return
        samples = settings.samples[:2]
        yield from self._tuned(seed, QUERIES, shuffled_queries(examples, seed), samples)
        yield from self._tuned(seed, ARGUMENTS, shuffled_arguments(examples, seed), samples)

    def _tuned(self, seed: int, training: str, examples: Sequence[Example], samples: Sequence[int]) -> Iterator[Arm]:
        for count in self._train(self._settings, seed, training, examples, samples):
            yield Arm(LABELS[training], seed, training, count)

    def _train(
        self,
        settings: Settings,
        seed: int,
        training: str,
        examples: Sequence[Example],
        samples: Sequence[int],
        form: Form = PYTHON,
    ) -> list[int]:
        """Train where that is not done, and return after how many samples weights were saved."""
        folder = settings.arm(seed, training)
        if (saved := finished(folder)) is not None:
            return saved
        loaded = load(self._place, threads=settings.threads)
        return train(loaded, examples, folder, settings, seed, samples, form=form)

    def _ask(self, arm: Arm, seed: int) -> None:
        self._answer(self._settings, arm, self._questions[seed])
        self._arms.append((arm, seed))
        self._write()

    def _ask_forms(self, seed: int) -> None:
        """Train each form on as many tokens of the same examples, and ask the same questions."""
        settings = self._settings.of_forms()
        settings.claim()
        examples, questions = _data(settings, seed)
        samples: dict[Form, int] = {}
        if any(finished(settings.arm(seed, form.name)) is None for form in FORMS):
            loaded = load(self._place, threads=settings.threads)
            examples = fitting(loaded, examples, settings)
            samples = samples_of(loaded, examples, settings)
            del loaded
        for form in FORMS:
            (count,) = self._train(settings, seed, form.name, examples, (samples.get(form, 0),), form)
            tokens = json.loads((settings.arm(seed, form.name) / "done.json").read_text(encoding="utf-8"))["tokens"]
            arm = Arm(form.label, seed, form.name, count, form=form, tokens=tokens)
            self._answer(settings, arm, questions)
            self._forms.append(graded(settings, arm, seed, questions))
            self._write()

    def _answer(self, settings: Settings, arm: Arm, questions: Sequence[Question], *, fresh: bool = False) -> None:
        answers = answers_of(settings, arm, fresh=fresh)
        if len(graded(settings, arm, 0, questions, fresh=fresh).grades) == len({one.id for one in questions}):
            return
        print(f"{arm.name}{', fresh questions' * fresh}", flush=True)
        loaded = load(self._place, threads=settings.threads, checkpoint=arm.checkpoint(settings))
        answer(
            loaded,
            questions,
            answers,
            demos=arm.demos,
            form=arm.form,
            longest=settings.longest,
            bits=settings.bits,
            minutes=settings.answer_minutes,
        )

    def _ask_fresh(self) -> None:
        questions = fresh_questions(self._settings)
        for arm in self._fresh_arms():
            self._answer(self._settings, arm, questions, fresh=True)

    def _fresh_arms(self) -> list[Arm]:
        """Return the untuned arms, and of each seed the one with most of our data."""
        last = {arm.seed: arm for arm, _ in sorted(self._arms, key=lambda one: one[0].samples) if arm.training == REAL}
        return [*UNTUNED, *last.values()]

    def _write(self) -> None:
        settings = self._settings
        first = [graded(settings, arm, seed, self._questions[seed]) for arm, seed in self._distinct()]
        fresh: list[Graded] = []
        if settings.fresh:
            questions = fresh_questions(settings)
            found = [
                graded(settings, arm, arm.seed or settings.seeds[0], questions, fresh=True)
                for arm in self._fresh_arms()
            ]
            fresh = [one for one in found if one.grades]
        self._results.parent.mkdir(parents=True, exist_ok=True)
        self._results.write_text(page(settings, self._bfcl, first, fresh, self._forms), encoding="utf-8")
        print(f"wrote {self._results}", flush=True)

    def _distinct(self) -> list[tuple[Arm, int]]:
        """The model as it is stands once, with the first seed; other seeds have other questions of our own alone."""
        seen: set[str] = set()
        return [one for one in self._arms if not (one[0].name in seen or seen.add(one[0].name))]  # type: ignore[func-returns-value]


def _data(settings: Settings, seed: int) -> tuple[list[Example], list[Question]]:
    """Make a seed's records where they are not there, and return the examples in their order and what is asked."""
    make_data(settings, seed)
    examples = order(read_examples(settings.data(seed, "train"), seed), seed)
    return examples, questions_of(settings, examples, read_examples(settings.data(seed, "test"), seed))
