"""The card as a text: YAML front matter that the Hub reads, then what people read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from toolgrad_data.publish.card.counts import Counts, DataFile
from toolgrad_data.publish.card.licences import Origin
from toolgrad_data.publish.card.rebuild import config_of, generate_command, unshown_settings
from toolgrad_data.publish.card.reviews import review_section
from toolgrad_data.runs.record_cost import cost_by_role, cost_of, cost_text, paper_text
from toolgrad_data.runs.spending import known_cost, usd_text

#: The Hub's size categories: up to this many rows, that name.
_SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
)
_CATEGORIES_SHOWN = 40
_ABOUT_PROMISES = {
    "executed": "each call was made, and its result is what the tool returned",
    "typed": "arguments validate against the tool's schema",
    "grounded": "each argument has a source: the query, an earlier result, the context, a default, a derivation",
    "replayed": "running the calls again gives the same",
    "distinct": "no earlier record has the same calls or nearly the same query",
    "cited": "each figure, date and time of the response is marked with the result it tells, and says it",
    "natural": "the query holds no tool name, identifier or value that only a result knows (screened)",
    "faithful": "names, deeds and unmarked figures of the response come from somewhere (screened)",
}


@dataclass(frozen=True)
class CardOptions:
    """What only the publisher knows: the name, the licence of the data set (an identifier of the Hub's), the locale."""

    title: str
    licence: str = "unknown"
    language: str = "en"


def card(
    options: CardOptions,
    counts: Counts,
    origins: Mapping[str, Origin],
    files: Sequence[DataFile] = (),
    report: Mapping[str, Any] | None = None,
) -> str:
    """Return the card; `report` is what `toolgrad export --report` wrote about the files."""
    parts = [
        _front_matter(options, counts, files),
        f"# {options.title}",
        _summary(counts),
        _section("Files", _files(files, report)),
        _section("Counts", _counts(counts)),
        _section("Rules that the assistant works under", _rules(counts)),
        _section("What was proved", _promises(counts)),
        _section("Reviewed by people", review_section(counts.reviews)),
        _section("How it was made", _making(counts)),
        _section("Cost", _cost(counts)),
        _section("Tools, sources and licences", _tools(counts, origins)),
        _section("Limits", _limits(counts, report)),
        _section("To make it again", _rebuild(counts, report)),
    ]
    return "\n\n".join(part.strip() for part in parts if part.strip()) + "\n"


def front_matter(options: CardOptions, counts: Counts, files: Sequence[DataFile]) -> dict[str, Any]:
    """Return the card's metadata as the Hub reads them (https://huggingface.co/docs/hub/datasets-cards)."""
    rows = sum(file.rows or 0 for file in files) or counts.records
    data: dict[str, Any] = {
        "pretty_name": options.title,
        "license": options.licence,
        "language": [options.language],
        "task_categories": ["text-generation"],
        "tags": ["tool-use", "function-calling", "agents", "synthetic", "toolgrad"],
        "size_categories": [next((name for most, name in _SIZES if rows < most), "n>10M")],
    }
    by_split: dict[str, list[DataFile]] = {}
    for file in files:
        by_split.setdefault(file.split, []).append(file)
    if by_split:
        data["configs"] = [
            {
                "config_name": "default",
                "data_files": [
                    {"split": split, "path": [file.name for file in inside]} for split, inside in by_split.items()
                ],
            }
        ]
        total = sum(file.size for file in files)
        data["dataset_info"] = {
            "config_name": "default",
            "splits": [
                {
                    "name": split,
                    "num_bytes": sum(file.size for file in inside),
                    "num_examples": sum(file.rows or 0 for file in inside),
                }
                for split, inside in by_split.items()
            ],
            "download_size": total,
            "dataset_size": total,
        }
    return data


def _front_matter(options: CardOptions, counts: Counts, files: Sequence[DataFile]) -> str:
    return f"---\n{yaml.safe_dump(front_matter(options, counts, files), sort_keys=False, allow_unicode=True)}---"


def _section(title: str, text: str) -> str:
    return f"## {title}\n\n{text.strip()}" if text.strip() else ""


def _summary(counts: Counts) -> str:
    calls = sum(length * number for length, number in counts.calls.items())
    several = sum(number for turns, number in counts.turns.items() if turns > 1)
    dialogues = f" {several:,} records are dialogues of several turns." if several else ""
    return (
        f"Conversations in which an assistant calls tools: {counts.records:,} records with {calls:,} calls of "
        f"{len(counts.tools)} tools.{dialogues}\nThey were made answer first (the ToolGrad method, "
        "[arXiv 2508.04086](https://arxiv.org/abs/2508.04086)): the calls were executed, and the query that they "
        "answer was written afterwards, so that the right calls and their results are known to work."
    )


def _files(files: Sequence[DataFile], report: Mapping[str, Any] | None) -> str:
    text = _table(
        ("file", "split", "rows", "bytes"),
        [(f"`{file.name}`", file.split, _number(file.rows), _number(file.size)) for file in files],
    )
    if report is None:
        return text
    kinds = report.get("kinds") or {}
    text += "\n\n" + _table(("kind of example", "number"), [(kind, _number(n)) for kind, n in sorted(kinds.items())])
    left = report.get("left_out") or {}
    if left:
        text += "\n\nLeft out:\n\n" + "\n".join(f"- {number} × {reason}" for reason, number in sorted(left.items()))
    if names := report.get("names"):
        styles = ", ".join(f"{number} {style}" for style, number in sorted(names.items()))
        text += f"\n\nTools are named in several styles, each the same in all examples: {styles}."
    if report.get("short_schemas"):
        text += (
            "\n\nSchemas are short: type, description, enum, default, items, properties and required; of a long list "
            "of choices some are shown, those that are called among them."
        )
    split = report.get("split") or {}
    if split.get("held_out"):
        only = " and for no others" if split["by"] == "tools" else ""
        text += (
            f"\n\nThe test set asks for tools that training does not have{only}, by {split['by']}: "
            f"{', '.join(f'`{group}`' for group in split['held_out'])}."
        )
    return text


def _counts(counts: Counts) -> str:
    lengths = sorted({*counts.calls, *counts.targets})
    text = _table(
        ("calls in a record", "records", "records that were to have so many"),
        [(str(n), _number(counts.calls[n]), _number(counts.targets[n]) if counts.targets else "") for n in lengths],
    )
    if set(counts.turns) - {1}:
        text += "\n\n" + _turns(counts)
    shown = counts.categories.most_common(_CATEGORIES_SHOWN)
    text += "\n\n" + _table(("category", "records that call it"), [(name, _number(n)) for name, n in shown])
    if len(counts.categories) > len(shown):
        text += f"\n\nand {len(counts.categories) - len(shown)} more categories."
    return text


def _turns(counts: Counts) -> str:
    """Return how many turns dialogues have, of which kinds, and by which rules the assistant works."""
    total = counts.turn_kinds.total()
    tables = [
        _table(("turns in a record", "records"), [(str(n), _number(counts.turns[n])) for n in sorted(counts.turns)]),
        _table(
            ("kind of turn in dialogues", "turns", "share"),
            [(kind.replace("_", " "), _number(n), f"{n / total:.0%}") for kind, n in counts.turn_kinds.most_common()],
        ),
    ]
    return "\n\n".join(tables)


def _rules(counts: Counts) -> str:
    return "\n\n".join(
        f"**{name}**\n\n> {text.strip().replace(chr(10), f'{chr(10)}> ')}"
        for name, text in sorted(counts.rules.items())
    )


def _promises(counts: Counts) -> str:
    rows = [
        (name, _ABOUT_PROMISES[name], *(_number(counts.promises[name][state]) for state in (True, False, None)))
        for name in counts.promises
    ]
    table = _table(("promise", "what it says", "holds", "does not", "not checked"), rows)
    if not counts.told:
        return table
    return (
        f"{table}\n\n{counts.told.total():,} stretches of the responses are marked with what they tell: "
        f"{counts.told['written']:,} in writing (proved), {counts.told['inferred']:,} by the program (screened)."
    )


def _making(counts: Counts) -> str:
    lines = [f"- {what} ({number:,} records)" for what, number in sorted(counts.policies.items())]
    for name, run in counts.runs:
        versions = ", ".join(f"{package} {version}" for package, version in run.versions.items())
        lines.append(f"- run `{name}`: seed {run.seed}, {run.samples:,} samples, begun {run.created_at}; {versions}")
    reasons = ", ".join(f"{reason} {number:,}" for reason, number in counts.stop_reasons.most_common())
    lines.append(f"- what ended a record's loop: {reasons}")
    lines.append(f"- samples that were rejected: {counts.rejected:,}")
    return "\n".join(lines)


def _cost(counts: Counts) -> str:
    usage = counts.usage
    if not usage.llm_calls:
        return "No model was called: the embedded offline policy made and wrote everything."
    known = known_cost(usage)
    least = f", at least ${known:,.2f}" if known else ""
    cost = f"unknown (a price is missing){least}" if usage.cost_usd is None else f"${usage.cost_usd:,.2f}"
    text = (
        f"{usage.llm_calls:,} model calls, {usage.input_tokens:,} input tokens ({usage.cached_tokens:,} cached) and "
        f"{usage.output_tokens:,} output tokens, rejected samples included: {cost}. An accepted record took:"
    )
    rows = [
        (role, _deciders(counts, role), f"{of.llm_calls:.2f}", f"{of.input_tokens:,.0f}", f"{of.output_tokens:,.0f}",
         usd_text(of.cost_usd))
        for role, of in cost_by_role(usage, counts.records).items()
    ]  # fmt: skip
    whole = cost_of(usage, counts.records)
    rows.append(
        ("all", "", f"{whole.llm_calls:.2f}", f"{whole.input_tokens:,.0f}", f"{whole.output_tokens:,.0f}",
         cost_text(usage, counts.records))
    )  # fmt: skip
    table = _table(("role", "decided by", "model calls", "tokens in", "tokens out", "cost"), rows)
    paper = f"The method's paper, beside it: {paper_text()}, with the models and prices of its time."
    return f"{text}\n\n{table}\n\n{paper}"


def _deciders(counts: Counts, role: str) -> str:
    """Return the models of a role; a repair is the proposer's, a solved query the judge's."""
    names = counts.models.get({"repair": "propose", "solve": "judge"}.get(role, role), ())
    return ", ".join(f"`{name}`" for name in sorted(names))


def _tools(counts: Counts, origins: Mapping[str, Origin]) -> str:
    rows = [
        (f"`{name}`", counts.specs[name].category, spec_origin.source, spec_origin.licence)
        for name in sorted(counts.specs)
        if (spec_origin := origins.get(name)) is not None
    ]
    return (
        "A licence is what the tool's source or the metadata of the packages behind it declare. "
        "It is no legal advice, and what is not declared has to be asked for.\n\n"
        + _table(("tool", "category", "source", "licence"), rows)
    )


def _limits(counts: Counts, report: Mapping[str, Any] | None) -> str:
    lines = [
        "- Queries were written for calls that were made before; people ask for more, less clearly, and in other ways.",
        "- Results are of the day on which the calls were made: rates, time zones and the like change.",
    ]
    if any("offline" in policy for policy in counts.policies):
        lines.append(
            "- The offline policy writes from templates: its language is plainer and more uniform than people's."
        )
    if report and set(report.get("kinds") or {}) - {"positive"}:
        lines.append(
            "- Negatives and recoveries are derived from the records by rules. That no offered tool helps was checked "
            "by family, category, likeness and kinds of results, and by trying where tools could be called."
        )
    unchecked = [name for name, states in counts.promises.items() if states[None] and not states[True]]
    if unchecked:
        lines.append(f"- Not checked: {', '.join(unchecked)}.")
    return "\n".join(lines)


def _rebuild(counts: Counts, report: Mapping[str, Any] | None) -> str:
    parts = []
    for name, run in counts.runs:
        file = f"{name}.toml"
        parts.append(f"`{file}`:\n\n```toml\n{config_of(run)}```")
        hidden = unshown_settings(run)
        if hidden:
            parts.append(f"Not shown, for it may hold what is private: {', '.join(hidden)}.")
        parts.append(f"```sh\n{generate_command(f'runs/{name}', file)}\n```")
    if report and report.get("command"):
        parts.append(f"```sh\n{report['command']}\n```")
    if not counts.runs:
        parts.insert(0, "The runs' settings are not at hand.")
    return "\n\n".join(parts)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    listed = list(rows)
    if not listed:
        return ""
    lines = [header, ["---"] * len(header), *listed]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def _number(value: int | None) -> str:
    return "" if value is None else f"{value:,}"
