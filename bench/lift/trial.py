"""One trial from records to a page: every stage leaves what it made, and the same command goes on behind the last."""

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
from bench.lift.examples import make_data, order, read_examples, shuffled_arguments, shuffled_queries
from bench.lift.prompts import Example
from bench.lift.questions import Question, bfcl_folder, check_version
from bench.lift.results import page
from bench.lift.settings import Settings
from bench.lift.training import train
from bench.lift.weights import check_room, find_model, load


class Trial:
    """Runs what a trial still lacks, and writes the page after each arm. Raises LiftError."""

    def __init__(self, settings: Settings, results: Path) -> None:
        self._settings = settings
        self._results = results
        self._bfcl = check_version(bfcl_folder(), any_version=settings.any_version)
        self._arms: list[tuple[Arm, int]] = []
        self._questions: dict[int, list[Question]] = {}
        self._place = ""

    def run(self) -> None:
        """Run all seeds without controls first, then the controls, then the fresh questions, as far as asked for."""
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
        if settings.fresh:
            self._ask_fresh()
        self._write()

    def _of_seed(self, seed: int, *, controls: bool) -> Iterator[Arm]:
        """Make a seed's records, train on them, and yield the arms."""
        settings = self._settings
        make_data(settings, seed)
        examples = order(read_examples(settings.data(seed, "train"), seed), seed)
        if seed not in self._questions:
            test = read_examples(settings.data(seed, "test"), seed)
            self._questions[seed] = questions_of(settings, examples, test)
        if not controls:
            yield from UNTUNED
            yield from self._tuned(seed, REAL, examples, settings.samples)
            return
        samples = settings.samples[:2]
        yield from self._tuned(seed, QUERIES, shuffled_queries(examples, seed), samples)
        yield from self._tuned(seed, ARGUMENTS, shuffled_arguments(examples, seed), samples)

    def _tuned(self, seed: int, training: str, examples: Sequence[Example], samples: Sequence[int]) -> Iterator[Arm]:
        folder = self._settings.arm(seed, training)
        if not (folder / "done.json").exists():
            loaded = load(self._place, threads=self._settings.threads)
            train(loaded, examples, folder, self._settings, seed, samples)
        found = sorted(int(file.stem) for file in folder.glob("*.pt") if file.stem.isdecimal())
        for count in found:
            yield Arm(LABELS[training], seed, training, count)

    def _ask(self, arm: Arm, seed: int) -> None:
        self._answer(arm, self._questions[seed], fresh=False)
        self._arms.append((arm, seed))
        self._write()

    def _answer(self, arm: Arm, questions: Sequence[Question], *, fresh: bool) -> None:
        settings = self._settings
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
            longest=settings.longest,
            bits=settings.bits,
            minutes=settings.answer_minutes,
        )

    def _ask_fresh(self) -> None:
        questions = fresh_questions(self._settings)
        for arm in self._fresh_arms():
            self._answer(arm, questions, fresh=True)

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
        self._results.write_text(page(settings, self._bfcl, first, fresh), encoding="utf-8")
        print(f"wrote {self._results}", flush=True)

    def _distinct(self) -> list[tuple[Arm, int]]:
        """The model as it is stands once, with the first seed; other seeds have other questions of our own alone."""
        seen: set[str] = set()
        return [one for one in self._arms if not (one[0].name in seen or seen.add(one[0].name))]  # type: ignore[func-returns-value]
