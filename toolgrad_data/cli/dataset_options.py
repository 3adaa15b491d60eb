"""The options of `toolgrad export` that decide what is in a data set. They load nothing, so that `--help` is quick."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

_TOOLS, _KINDS, _SPLIT = "Tools that are offered", "Negatives, mistakes and preferences", "Training and test"


class SplitBy(StrEnum):
    """How test records are told from training records."""

    random = "random"
    category = "category"
    family = "family"


Candidates = Annotated[
    int | None,
    typer.Option(
        "--candidates",
        metavar="N",
        help="Offer N tools: those that are called, and distractors that are hard, of the same category, or any.",
        rich_help_panel=_TOOLS,
    ),
]
TryTools = Annotated[
    bool,
    typer.Option(
        "--try-tools",
        help="Also call tools of servers and services, to see whether a distractor answers as well. "
        "Built-in and Python tools are called anyway.",
        rich_help_panel=_TOOLS,
    ),
]
Negatives = Annotated[
    float,
    typer.Option(
        "--negatives",
        metavar="SHARE",
        help="Share of examples in which the right answer is no call, or a question first; such as 0.25.",
        rich_help_panel=_KINDS,
    ),
]
NegativeMix = Annotated[
    str | None,
    typer.Option(
        "--negative-mix",
        metavar="MIX",
        help="KIND:PERCENT with commas (default: irrelevant:35,missing_tool:20,missing_argument:35,chit_chat:10).",
        rich_help_panel=_KINDS,
    ),
]
Recovery = Annotated[
    float,
    typer.Option(
        "--recovery",
        metavar="SHARE",
        help="Share of examples in which a call fails, is not to be learned, and is made again rightly; such as 0.1.",
        rich_help_panel=_KINDS,
    ),
]
Obfuscate = Annotated[
    bool,
    typer.Option(
        "--obfuscate",
        help="Give tools and parameters invented names and reword descriptions, in each example others.",
        rich_help_panel=_TOOLS,
    ),
]
Dialogues = Annotated[
    float,
    typer.Option(
        "--dialogues",
        metavar="SHARE",
        help="Share of missing_tool and missing_argument that go on: the user answers, the call follows.",
        rich_help_panel=_KINDS,
    ),
]
TestRatio = Annotated[
    float | None,
    typer.Option(
        "--test-ratio",
        metavar="SHARE",
        help="Write NAME.train and NAME.test, this share of the records in the latter; such as 0.1.",
        rich_help_panel=_SPLIT,
    ),
]
SplitByOption = Annotated[
    SplitBy,
    typer.Option(
        "--split-by",
        help="random, or hold out categories or families of tools: training has none of them, each test record one.",
        rich_help_panel=_SPLIT,
    ),
]
Decontaminate = Annotated[
    list[Path] | None,
    typer.Option(
        "--decontaminate",
        metavar="FILE",
        help="Leave out what is too near to this benchmark, by query or tool, and list it in OUT.contaminated.jsonl; "
        "repeatable.",
        rich_help_panel=_SPLIT,
    ),
]
Seed = Annotated[int, typer.Option("--seed", metavar="S", help="The same seed draws the same.")]
