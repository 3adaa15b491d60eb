"""The arms of a trial, what each is asked, and what it has answered."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.lift.answering import Answers, key_of
from bench.lift.forms import PYTHON, Form
from bench.lift.grading import Grade, grade
from bench.lift.prompts import DEMOS, Example
from bench.lift.questions import Question, bfcl_folder, bfcl_questions, own_questions
from bench.lift.settings import Settings

#: Sets whose right answers are calls of BFCL that were counted as one in the first trial.
CALLS = ("simple_python", "multiple")
REAL, QUERIES, ARGUMENTS = "real", "shuffled-queries", "shuffled-arguments"
LABELS = {
    REAL: "our data",
    QUERIES: "control, queries shuffled",
    ARGUMENTS: "control, arguments shuffled",
}


@dataclass(frozen=True)
class Arm:
    """A model that is asked: as it is (no `training`), or after so many `samples` of a training."""

    label: str
    seed: int | None = None
    training: str = ""
    samples: int = 0
    demos: tuple[Example, ...] = ()
    form: Form = PYTHON
    #: How many tokens it was trained on, where that is what ended the training.
    tokens: int = 0

    @property
    def name(self) -> str:
        """The name of its file of answers."""
        return f"s{self.seed}-{self.training}-{self.samples}" if self.training else f"untuned-{len(self.demos)}-shot"

    def checkpoint(self, settings: Settings) -> Path | None:
        """Return the file of its weights, None for the model as it is."""
        if self.seed is None:
            return None
        return settings.arm(self.seed, self.training) / f"{self.samples}.pt"


UNTUNED = (Arm("untuned, no example"), Arm("untuned, two examples", demos=DEMOS))


@dataclass
class Graded:
    """The grades of one arm by question."""

    arm: Arm
    seed: int
    grades: dict[str, tuple[Question, Grade]] = field(default_factory=dict)

    def of(self, *sets: str) -> list[tuple[Question, Grade]]:
        """Return the questions and grades of sets."""
        return [pair for pair in self.grades.values() if pair[0].set in sets]

    def right(self, *sets: str) -> tuple[int, int]:
        """Return how many are right, of how many."""
        found = self.of(*sets)
        return sum(grade.right for _, grade in found), len(found)


def questions_of(settings: Settings, train: Sequence[Example], test: Sequence[Example]) -> list[Question]:
    """Return what every arm of a seed is asked."""
    folder = bfcl_folder()
    found: list[Question] = []
    for name, count in settings.sets.items():
        if not name.startswith("own"):
            found += bfcl_questions(folder, name, count)
    own, refusals = settings.sets.get("own", 0), settings.sets.get("own_irrelevance", 0)
    return [*found, *own_questions(train, test, own, refusals)]


def fresh_questions(settings: Settings) -> list[Question]:
    """Return as many of BFCL's other questions, of the same categories."""
    folder = bfcl_folder()
    names = [name for name in settings.sets if not name.startswith("own")]
    return [one for name in names for one in bfcl_questions(folder, name, settings.sets[name], fresh=True)]


def graded(settings: Settings, arm: Arm, seed: int, questions: Sequence[Question], *, fresh: bool = False) -> Graded:
    """Return the arm's grades of what it has answered."""
    answers = answers_of(settings, arm, fresh=fresh)
    found = Graded(arm, seed)
    for question in questions:
        text = answers.get(key_of(question, arm.demos, arm.form))
        if text is not None:
            found.grades[question.id] = (question, grade(question, text, arm.form))
    return found


def answers_of(settings: Settings, arm: Arm, *, fresh: bool = False) -> Answers:
    """Return what the arm has answered so far."""
    return Answers(settings.out / ("answers-fresh" if fresh else "answers") / f"{arm.name}.jsonl")
