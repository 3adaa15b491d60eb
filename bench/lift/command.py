"""`python -m bench.lift`: makes records, tunes a small model on them, and has BFCL's checker grade what it then calls.

    python -m bench.lift                               one seed without controls
    python -m bench.lift --seeds 900,901,902 --controls    overnight; the same command goes on where it was interrupted
    python -m bench.lift --forms                       also the same records in six forms, at equal tokens
    python -m bench.lift --fresh                       also the questions that were not looked at, once, at the end
    python -m bench.lift --smoke                       two minutes: a loss that falls, one graded answer, in two forms

docs/lift.md has all of it.
"""

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.lift.errors import LiftError
from bench.lift.settings import EXPORT, GENERATE, PACKAGE, SETS, Settings
from bench.lift.smoke import smoke
from bench.lift.trial import Trial

_ROOT = Path(__file__).parents[2]
_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the trial; 1 when it cannot go on, 130 when it was interrupted."""
    given = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        settings = _settings(given)
        if given.smoke:
            smoke(settings)
        else:
            Trial(settings, given.results).run()
    except LiftError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("Interrupted. What is done is kept; the same command goes on.", file=sys.stderr)
        sys.exit(_INTERRUPTED)
    except OSError as error:
        print(f"error: {error}. What is done is kept; put that right and run the same command", file=sys.stderr)
        sys.exit(1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.lift", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--out", type=Path, default=_ROOT / "runs" / "lift", help="folder of the trial, which it goes on in")
    add("--cache", type=Path, default=Path.home() / ".cache" / "toolgrad-lift", help="folder of the weights")
    add("--results", type=Path, default=_ROOT / "bench" / "RESULTS_LIFT.md", help="the page that is written")
    add("--model", default=PACKAGE, help=f"a folder, or a name on the Hub (default: {PACKAGE} of the package registry)")
    add("--seeds", default="900", help="with commas (default: 900)")
    add("--samples", default="300,1000,1400", help="examples after which a model is asked (default: 300,1000,1400)")
    add("--records", type=int, default=3000, help="samples that toolgrad generate makes (default: 3000)")
    add("--generate", default=GENERATE, help=f"other options of toolgrad generate (default: {GENERATE})")
    add("--export", default=EXPORT, help=f"other options of toolgrad export (default: {EXPORT})")
    add(
        "--sets",
        default=",".join(f"{name}:{count}" for name, count in SETS.items()),
        help="what is asked, and how much",
    )
    add(
        "--minutes", type=float, default=55, help="of one training at most; what is reached then is asked (default: 55)"
    )
    add("--answer-minutes", type=float, default=30, help="of one arm's answers at most; the rest the next time")
    add("--controls", action="store_true", help="also queries shuffled, and arguments shuffled inside each tool")
    add("--forms", action="store_true", help="also Python calls, JSON calls and Hermes, with thoughts and without")
    add("--fresh", action="store_true", help="also BFCL's questions that were not looked at; once, at the end")
    add("--any-version", action="store_true", help="go on with another version of BFCL's files")
    add("--threads", type=int, default=2, help="of PyTorch (default: 2)")
    add("--workers", type=int, default=2, help="of toolgrad generate (default: 2)")
    add("--batch", type=int, default=8, help="examples a step (default: 8)")
    add("--limit", type=int, default=448, help="tokens of an example at most (default: 448)")
    add("--lr", type=float, default=1e-4, help="learning rate (default: 1e-4)")
    add("--decay", type=float, default=1.0, help="the last part of the steps, over which it falls (default: 1)")
    add(
        "--learned",
        type=float,
        default=1.0,
        help="the part of the layers, from the top, that learns; 1: all weights (default)",
    )
    add("--bits", type=int, default=32, choices=(16, 32), help="of a number while answers are written (default: 32)")
    add("--smoke", action="store_true", help="a few steps and an answer, in two forms, in a folder of their own")
    return parser


def _settings(given: argparse.Namespace) -> Settings:
    """Return the settings. Raises LiftError for what they cannot be."""
    seeds, samples = _numbers("--seeds", given.seeds), _numbers("--samples", given.samples)
    if sorted(set(samples)) != samples or samples[0] < 1:
        raise LiftError(f"--samples {given.samples}: give numbers that rise, such as 300,1000,1400")
    if len(set(seeds)) < len(seeds):
        raise LiftError(f"--seeds {given.seeds}: a seed is given twice")
    for name in ("records", "threads", "workers", "batch", "limit", "minutes", "answer_minutes", "lr"):
        if getattr(given, name) <= 0:
            raise LiftError(f"--{name.replace('_', '-')} {getattr(given, name)}: must be more than 0")
    if not 0 <= given.decay <= 1:
        raise LiftError(f"--decay {given.decay}: must be 0 to 1")
    if not 0 < given.learned <= 1:
        raise LiftError(f"--learned {given.learned}: must be more than 0 and at most 1")
    return Settings(
        out=given.out,
        cache=given.cache,
        model=given.model,
        seeds=tuple(seeds),
        samples=tuple(samples),
        records=given.records,
        generate=given.generate,
        export=given.export,
        sets=_sets(given.sets),
        minutes=given.minutes,
        answer_minutes=given.answer_minutes,
        controls=given.controls,
        forms=given.forms,
        fresh=given.fresh,
        any_version=given.any_version,
        threads=given.threads,
        workers=given.workers,
        batch=given.batch,
        limit=given.limit,
        lr=given.lr,
        decay=given.decay,
        learned=given.learned,
        bits=given.bits,
    )


def _numbers(option: str, text: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise LiftError(f"{option} {text}: give whole numbers with commas between") from None


def _sets(text: str) -> dict[str, int]:
    sets: dict[str, int] = {}
    for part in text.split(","):
        name, _, count = part.partition(":")
        if name not in SETS or not count.isdecimal() or int(count) > SETS[name]:
            most = ", ".join(f"{known}:{number}" for known, number in SETS.items())
            raise LiftError(f"--sets {text}: {part!r} is none. Allowed, with the most of each: {most}")
        sets[name] = int(count)
    return sets
