"""What the card says of people's reviews: how many, how far they agree, what an audit found. Nobody is named."""

from collections.abc import Sequence

from toolgrad_data.estimates import Estimate
from toolgrad_data.reviews.figures import Agreement, AuditedQuestion, ReviewFigures


def review_section(runs: Sequence[tuple[str, ReviewFigures]]) -> str:
    """Return the section's text, empty where nobody has reviewed."""
    return "\n\n".join(_of_run(name, figures, several=len(runs) > 1) for name, figures in runs)


def _of_run(name: str, figures: ReviewFigures, *, several: bool) -> str:
    people = {reviewer: chr(ord("A") + number % 26) for number, reviewer in enumerate(figures.reviewers)}
    verdicts = ", ".join(f"{verdict} {count:,}" for verdict, count in figures.verdicts.items()) or "none"
    who = f"{len(people)} {'person' if len(people) == 1 else 'people'}"
    lines = [f"{f'Run `{name}`: ' if several else ''}{who} reviewed {figures.records:,} records: {verdicts}."]
    lines += [f"Agreement on keeping a record: {_pair(pair, people)}." for pair in figures.agreement]
    text = " ".join(lines)
    if figures.audit:
        text += "\n\n" + _audit(figures.audit, people)
    return text


def _pair(pair: Agreement, people: dict[str, str]) -> str:
    kappa = "no kappa, as both always say the same" if pair.kappa is None else f"Cohen's kappa {pair.kappa:.2f}"
    first, second = people[pair.first], people[pair.second]
    return f"{first} and {second} {pair.agreement:.0%} of {pair.records:,} ({kappa})"


def _audit(audit: dict[str, AuditedQuestion], people: dict[str, str]) -> str:
    lines = [
        "An audit asked fixed questions about a sample in which lengths, turns, kinds and categories are as in all "
        "records. Shares are of its records, with intervals of 95 %.",
        "",
        "| question | records | yes | no | unsure | share of yes | agreement |",
        "|---|---:|---:|---:|---:|---|---|",
    ]
    for question in audit.values():
        share = Estimate(question.share, question.low, question.high, question.records)
        pairs = "; ".join(_pair(pair, people) for pair in question.agreement)
        lines.append(
            f"| {question.asked} | {question.records:,} | {question.yes:,} | {question.no:,} | {question.unsure:,} "
            f"| {share} | {pairs} |"
        )
    return "\n".join(lines)
