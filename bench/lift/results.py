"""The page of results: every figure as k of n with its interval, pairs with exact tests, and what it was made with."""

import json
import os
import platform
import subprocess
from collections import Counter
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bench.lift.arms import CALLS, REAL, UNTUNED, Graded
from bench.lift.figures import mcnemar, mean_interval, share_text
from bench.lift.forms import PYTHON
from bench.lift.grading import KINDS, kinds_of
from bench.lift.settings import Settings

#: Points between the first and the fresh questions from which on it is called overfitting.
OVERFITTING = 8.0
_SETS = (("simple_python",), ("multiple",), ("parallel",), ("irrelevance",), ("own",), ("own_irrelevance",))
_HEADINGS = ("simple", "multiple", "parallel", "irrelevance", "own unseen tools", "own irrelevance")


def page(
    settings: Settings, bfcl: str, first: Sequence[Graded], fresh: Sequence[Graded], forms: Sequence[Graded] = ()
) -> str:
    """Return the page. `first` are all arms on the questions that were looked at, `fresh` some on the others.

    `forms` are those that were trained in the forms of an answer, on the first questions.
    """
    parts = [
        "# Lift\n\nWritten by `python -m bench.lift`; what it is: docs/lift.md; to repeat it: bench/lift/README.md.",
        _claim(first),
    ]
    parts += ["## All arms\n\n" + _legend(), _table(first)]
    if means := _means(first):
        parts += ["## Means over seeds\n\nThe mean, and half of its 95 % interval (Student's t).", means]
    parts += [
        "## Pairs\n\nThe same questions (calls), exact McNemar, not corrected for several comparisons.",
        _pairs(first),
    ]
    parts += [
        "## By what the question makes the model state\n\nCalls and parallel calls; a call may count in several rows.",
        _by_kind(first),
    ]
    parts += ["## Mistakes of the last arm of each seed", _mistakes(first)]
    parts += _forms(forms) if forms else []
    parts += ["## Questions that were not looked at", _fresh(first, fresh)]
    parts += ["## Made with", _made_with(settings, bfcl, with_forms=bool(forms))]
    return "\n\n".join(part for part in parts if part) + "\n"


def _legend() -> str:
    return (
        "k/n, percent and Wilson's 95 % interval, by BFCL's own checker. *Calls*: simple and multiple together. Of an "
        "answer the first list of calls counts that can be read; *form* says how many were nothing else. A model that "
        "never calls is right about all irrelevance: it has no skill there."
    )


def _claim(first: Sequence[Graded]) -> str:
    lasts = last_real(first)
    if not lasts:
        return ""
    base = best_untuned(first)
    told = [f"{share_text(*one.right(*CALLS))} (seed {one.seed})" for one in lasts]
    before = f"{share_text(*base.right(*CALLS))} untuned ({base.arm.label})" if base else "not asked untuned"
    return f"Calls: {before}; tuned on our data: {'; '.join(told)}."


def _table(graded: Sequence[Graded]) -> str:
    with_tokens = any(one.arm.tokens for one in graded)
    rows = []
    for one in graded:
        calls = one.of(*CALLS)
        form = share_text(sum(grade.strict for _, grade in calls), len(calls)).partition(" [")[0]
        name = share_text(sum(grade.named for _, grade in calls), len(calls)).partition(" [")[0]
        cells = [share_text(*one.right(*sets)) for sets in _SETS]
        trained = [str(one.arm.samples), *([str(one.arm.tokens)] if with_tokens else [])]
        rows.append((one.arm.label, str(one.seed), *trained, form, name, share_text(*one.right(*CALLS)), *cells))
    trained = ["samples", *(["tokens"] if with_tokens else [])]
    return _markdown(("arm", "seed", *trained, "form", "names right", "**calls**", *_HEADINGS), rows)


def _forms(forms: Sequence[Graded]) -> list[str]:
    """Return the section of the forms: all, means where there are several seeds, and pairs with Python calls alone."""
    rows = [
        (plain.arm.label, one.arm.label, str(one.seed), *_changed(plain, one))
        for plain in forms
        for one in forms
        if plain.arm.form == PYTHON and one.arm.form != PYTHON and plain.seed == one.seed
    ]
    told = (
        "The same examples and questions in each form; each training ended at as many tokens of whole examples. "
        "*Form*: nothing but calls in the form that was asked for, behind a thought where one was."
    )
    pairs = _markdown(("from", "to", "seed", "gained", "lost", "p"), rows) if rows else ""
    return [f"## Forms\n\n{told}", _table(forms), _means(forms), pairs]


def _means(graded: Sequence[Graded]) -> str:
    rows = []
    groups: dict[tuple[str, int], list[Graded]] = {}
    for one in graded:
        same = [other.arm.samples for other in graded if (other.arm.label, other.seed) == (one.arm.label, one.seed)]
        groups.setdefault((one.arm.label, sorted(same).index(one.arm.samples)), []).append(one)
    for (name, _), ones in groups.items():
        if len(ones) > 1:
            label = f"{name}, {' / '.join(str(one.arm.samples) for one in ones)}"
            rows.append(
                (label, str(len(ones)), *(_mean([one.right(*sets) for one in ones]) for sets in (CALLS, *_SETS)))
            )
    return _markdown(("arm and samples", "seeds", "**calls**", *_HEADINGS), rows) if rows else ""


def _mean(found: Sequence[tuple[int, int]]) -> str:
    shares = [100 * right / of for right, of in found if of]
    if not shares:
        return ""
    mean, half = mean_interval(shares)
    return f"{mean:.1f} % ± {half:.1f}" if len(shares) > 1 else f"{mean:.1f} %"


def _pairs(graded: Sequence[Graded]) -> str:
    rows = []
    base = best_untuned(graded)
    for last in last_real(graded):
        own = [one for one in graded if one.arm.seed == last.seed]
        earlier = [one for one in own if one.arm.training == REAL and one is not last]
        controls = [one for one in own if one.arm.training not in ("", REAL)]
        for before, after in [
            *([(base, last)] if base else []),
            *((one, last) for one in earlier[:1]),
            *((one, _nearest(one, own)) for one in controls),
        ]:
            rows.append((_called(before), _called(after), str(last.seed), *_changed(before, after)))
    return _markdown(("from", "to", "seed", "gained", "lost", "p"), rows) if rows else ""


def _nearest(control: Graded, own: Sequence[Graded]) -> Graded:
    real = [one for one in own if one.arm.training == REAL]
    return min(real, key=lambda one: abs(one.arm.samples - control.arm.samples))


def _called(one: Graded) -> str:
    return f"{one.arm.label}, {one.arm.samples}" if one.arm.samples else one.arm.label


def _changed(before: Graded, after: Graded) -> tuple[str, str, str]:
    both = [question.id for question, _ in before.of(*CALLS) if question.id in after.grades]
    gained = sum(after.grades[id][1].right and not before.grades[id][1].right for id in both)
    lost = sum(before.grades[id][1].right and not after.grades[id][1].right for id in both)
    return str(gained), str(lost), f"{mcnemar(gained, lost):.2g}"


def _by_kind(graded: Sequence[Graded]) -> str:
    shown = [one for one in (best_untuned(graded), *last_real(graded)) if one is not None]
    rows = []
    for kind in KINDS:
        cells = []
        for one in shown:
            own = [grade for question, grade in one.of(*CALLS, "parallel") if kind in kinds_of(question)]
            cells.append(share_text(sum(grade.right for grade in own), len(own)))
        rows.append((kind, *cells))
    return _markdown(("states", *(f"{_called(one)} (seed {one.seed})" for one in shown)), rows)


def _mistakes(graded: Sequence[Graded]) -> str:
    if not (lasts := last_real(graded)):
        return "No arm of our data was asked yet."
    counts = [Counter(grade.error for _, grade in one.of(*CALLS) if not grade.right) for one in lasts]
    kinds = sorted({kind for count in counts for kind in count}, key=lambda kind: (-sum(c[kind] for c in counts), kind))
    rows = [(kind, *(str(count[kind]) for count in counts)) for kind in kinds]
    return _markdown(("wrong calls", *(f"seed {one.seed}" for one in lasts)), rows)


def _fresh(first: Sequence[Graded], fresh: Sequence[Graded]) -> str:
    if not fresh:
        return "Not graded. The claim is theirs: `python -m bench.lift --fresh`, once, at the end."
    lines = [_table(fresh)]
    for one in fresh:
        same = next((other for other in first if other.arm == one.arm), None)
        if same is None or not same.right(*CALLS)[1] or not one.right(*CALLS)[1]:
            continue
        (right, of), (fresh_right, fresh_of) = same.right(*CALLS), one.right(*CALLS)
        gap = 100 * right / of - 100 * fresh_right / fresh_of
        verdict = (
            f" **Overfitting**: more than {OVERFITTING:.0f} points." if gap > OVERFITTING and one.arm.training else ""
        )
        lines.append(
            f"- {_called(one)}, seed {one.seed}: {gap:+.1f} points from the fresh questions to the first.{verdict}"
        )
    return "\n".join([lines[0], "", *lines[1:]])


def _learned(part: float) -> str:
    return "all weights" if part >= 1 else f"the upper {part:.0%} of the layers"


def _made_with(settings: Settings, bfcl: str, *, with_forms: bool) -> str:
    lines = [
        f"- Commit {_commit()}; {_machine()}, {settings.threads} threads; Python {platform.python_version()}, "
        + ", ".join(f"{name} {_version(name)}" for name in ("torch", "transformers", "bfcl-eval")),
        f"- Model {settings.model}; BFCL's files {bfcl}; seeds {', '.join(map(str, settings.seeds))}; greedy, "
        f"{settings.bits} bits.",
        f"- AdamW, rate {settings.lr:g} after a warm-up of 10 steps, falling over the last {settings.decay:.0%} of the "
        f"steps, {settings.batch} a step, examples of at most {settings.limit} tokens, loss on the answers alone, each "
        f"weighing alike, {_learned(settings.learned)}, bfloat16.",
        f"- `toolgrad generate --samples {settings.records} {settings.generate}`",
        f"- `toolgrad export -f python-calls {settings.export}`, decontaminated against BFCL's whole files.",
    ]
    for seed in settings.seeds:
        lines += _data_lines(settings, seed)
    if with_forms:
        forms = settings.of_forms()
        lines.append(
            f"- Forms: `generate … --thoughts`, `export … --thoughts think`; answers of {forms.longest} tokens."
        )
        lines += [line for seed in settings.seeds for line in _data_lines(forms, seed)]
    return "\n".join(lines)


def _data_lines(settings: Settings, seed: int) -> list[str]:
    file = settings.data(seed, "train").parent / "report.json"
    if not file.exists():
        return []
    report = json.loads(file.read_text(encoding="utf-8"))
    kinds = ", ".join(f"{kind} {count}" for kind, count in report.get("kinds", {}).items())
    near = report.get("decontamination", {}).get("left_out", {})
    lines = [
        f"- Seed {seed}: {report['records']} records; {report.get('splits', {})}; {kinds}; left out as too near to "
        f"BFCL: {near}."
    ]
    for log in sorted((settings.out / f"train-{seed}").glob("*/log.jsonl")):
        entries = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
        if entries:
            begun, ended = _mean_loss(entries[:10]), _mean_loss(entries[-10:])
            seen, minutes = entries[-1]["seen"], entries[-1]["seconds"] / 60
            name = log.parent.name
            lines.append(
                f"- Seed {seed}, {name}: {seen} samples in {minutes:.0f} min, loss {begun:.2f} to {ended:.2f}."
            )
    return lines


def _mean_loss(entries: Sequence[dict[str, float]]) -> float:
    return sum(entry["loss"] for entry in entries) / len(entries)


def best_untuned(graded: Sequence[Graded]) -> Graded | None:
    """Return the untuned arm with most calls right."""
    names = {arm.name for arm in UNTUNED}
    return max((one for one in graded if one.arm.name in names), key=lambda one: one.right(*CALLS)[0], default=None)


def last_real(graded: Sequence[Graded]) -> list[Graded]:
    """Return of each seed the arm of our data with the most samples."""
    last: dict[int, Graded] = {}
    for one in graded:
        if one.arm.training == REAL and (one.seed not in last or one.arm.samples > last[one.seed].arm.samples):
            last[one.seed] = one
    return list(last.values())


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return "\n".join([*lines, *(f"| {' | '.join(cells)} |" for cells in rows)])


def _commit() -> str:
    root = Path(__file__).parents[2]

    def git(*words: str) -> str:
        try:
            done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=False)
        except OSError:
            return ""
        return done.stdout.strip()

    return (git("rev-parse", "--short", "HEAD") or "unknown") + (
        " with changes" if git("status", "--porcelain", "-uno") else ""
    )


def _machine() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            name = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    except OSError:
        name = ""
    return f"{os.cpu_count()} cores of {name or platform.processor() or platform.machine()}"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"
