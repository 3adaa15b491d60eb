"""What people decided about a run as a whole: verdicts, reviewers, agreement, the answers of an audit."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from toolgrad_data.estimates import Estimate, mean
from toolgrad_data.files.jsonl import read_lines
from toolgrad_data.reviews.agreement import agreements
from toolgrad_data.reviews.audit import QUESTIONS
from toolgrad_data.reviews.review import Review, record_digest
from toolgrad_data.reviews.review_file import read_reviews
from toolgrad_data.reviews.standing import Standing
from toolgrad_data.runs.store import RECORDS, REJECTED


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Agreement(_Model):
    """How far two reviewers agree on what both decided; `kappa` is Cohen's, null where chance alone agrees fully."""

    first: str
    second: str
    records: int
    agreement: float
    kappa: float | None


class AuditedQuestion(_Model):
    """A question of the audit: how often it was answered so, over all reviewers, and how far each two agree.

    `share` is the mean over the records of the share of their reviewers who said yes, with its 95 % interval: records
    are what is independent, not answers.
    """

    asked: str
    records: int = 0
    share: float = 0.0
    low: float = 0.0
    high: float = 0.0
    yes: int = 0
    no: int = 0
    unsure: int = 0
    agreement: list[Agreement] = []


class ReviewFigures(_Model):
    """Decisions that stand and are about records as they are now."""

    records: Annotated[int, Field(description="Accepted records of the run that somebody has decided.")] = 0
    verdicts: Annotated[dict[str, int], Field(description="Of them: accepted, mended, rejected, disputed.")] = {}
    rejected_samples: Annotated[int, Field(description="Rejected samples that somebody has decided.")] = 0
    reviewers: Annotated[dict[str, dict[str, int]], Field(description="By reviewer their decisions.")] = {}
    stale: Annotated[int, Field(description="Decisions about records that were changed since, or are gone.")] = 0
    agreement: list[Agreement] = []
    audit: Annotated[dict[str, AuditedQuestion], Field(description="By question, where an audit was made.")] = {}


def review_figures(folder: Path) -> ReviewFigures | None:
    """Return the figures of a run's reviews; None where it has none. Raises CorruptFileError."""
    standing = Standing.of(read_reviews(folder))
    if not standing.by_record:
        return None
    current: list[Review] = []
    verdicts: Counter[str] = Counter()
    samples = 0
    for name in (RECORDS, REJECTED):
        for _, data in read_lines(folder / name):
            if data.get("id") not in standing.by_record:
                continue
            verdict = standing.verdict(data["id"], record_digest(data))
            current += verdict.reviews
            if verdict.reviews and name == RECORDS:
                verdicts[verdict.status] += 1
            samples += bool(verdict.reviews) and name == REJECTED
    by_reviewer: dict[str, Counter[str]] = {}
    for review in current:
        by_reviewer.setdefault(review.reviewer, Counter())[review.decision] += 1
    return ReviewFigures(
        records=verdicts.total(),
        verdicts=dict(sorted(verdicts.items())),
        rejected_samples=samples,
        reviewers={name: dict(sorted(counts.items())) for name, counts in sorted(by_reviewer.items())},
        stale=sum(1 for _ in standing) - len(current),
        agreement=_agreement({(each.reviewer, each.record): each.decision != "reject" for each in current}),
        audit=_audit(current),
    )


def review_lines(figures: ReviewFigures) -> list[tuple[str, str]]:
    """Return the figures as labels and texts."""
    verdicts = ", ".join(f"{name} {count:,}" for name, count in figures.verdicts.items()) or "–"
    stale = f"; {figures.stale:,} decisions are about what was changed since" if figures.stale else ""
    samples = f"; {figures.rejected_samples:,} rejected samples" if figures.rejected_samples else ""
    people = "; ".join(
        f"{name}: {', '.join(f'{decision} {count:,}' for decision, count in counts.items())}"
        for name, counts in figures.reviewers.items()
    )
    lines = [("reviewed", f"{figures.records:,} records: {verdicts}{samples}{stale}"), ("reviewers", people)]
    lines += [("agreement", agreement_text(each)) for each in figures.agreement]
    for question in figures.audit.values():
        lines.append(("audit", f"{question.asked} {_share(question)}"))
    return lines


def agreement_text(one: Agreement) -> str:
    """Return a pair's figure in words."""
    kappa = "none, as both always say the same" if one.kappa is None else f"{one.kappa:.2f}"
    return f"{one.first} and {one.second}: {one.agreement:.0%} of {one.records:,} (Cohen's kappa {kappa})"


def _share(question: AuditedQuestion) -> str:
    share = Estimate(question.share, question.low, question.high, question.records)
    answers = f"yes {question.yes:,}, no {question.no:,}, unsure {question.unsure:,}"
    return f"{share} of {question.records:,} records ({answers})"


def _audit(current: list[Review]) -> dict[str, AuditedQuestion]:
    audited = [review for review in current if review.answers]
    if not audited:
        return {}
    found = {}
    for name, asked in QUESTIONS.items():
        answers = {(each.reviewer, each.record): each.answers[name] for each in audited if name in each.answers}
        by_record: dict[str, list[bool]] = {}
        for (_, record), answer in answers.items():
            by_record.setdefault(record, []).append(answer == "yes")
        estimate = mean([sum(each) / len(each) for each in by_record.values()])
        if estimate is None:
            continue
        counts = Counter(answers.values())
        found[name] = AuditedQuestion(
            asked=asked,
            records=estimate.of,
            share=estimate.value,
            low=estimate.low,
            high=estimate.high,
            yes=counts["yes"],
            no=counts["no"],
            unsure=counts["unsure"],
            agreement=_agreement(answers),
        )
    return found


def _agreement(answers: Mapping[tuple[str, str], object]) -> list[Agreement]:
    by_reviewer: dict[str, dict[str, object]] = {}
    for (reviewer, record), answer in answers.items():
        by_reviewer.setdefault(reviewer, {})[record] = answer
    return [
        Agreement(first=one.first, second=one.second, records=one.of, agreement=one.agreement, kappa=one.kappa)
        for one in agreements(by_reviewer)
    ]
