"""What a data set is to be, beside its format: settings of `toolgrad export` and `toolgrad push`."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from graph.option import Option
from toolgrad_data.export.negative_kinds import DEFAULT_MIX
from toolgrad_data.reviews.choice import REVIEWED_HELP, Reviewed
from toolgrad_data.runs.setting_errors import setting_error

#: How test records are told from training records.
SplitBy = Literal["random", "category", "family"]


class ExportPanel(StrEnum):
    """The parts of `toolgrad export --help` that list these settings, in their order."""

    OFFERED = "Tools that are offered"
    KINDS = "Negatives, mistakes and preferences"
    SPLIT = "Training and test"
    MEASURED = "Measured by a model (docs/evaluate.md)"


class DataOptions(BaseModel):
    """What a data set is to be, beside its format. Raises pydantic's ValidationError."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reviewed: Annotated[Reviewed | None, Field(description=REVIEWED_HELP)] = None
    seed: Annotated[int, Field(description="The same seed draws the same."), Option(metavar="S")] = 0
    candidates: Annotated[
        int | None,
        Field(
            ge=1,
            description="Offer N tools: those that are called, and distractors that are hard, of the same category, "
            "or any.",
        ),
        Option(panel=ExportPanel.OFFERED, metavar="N"),
    ] = None
    try_tools: Annotated[
        bool,
        Field(
            description="Also call tools of servers and services, to see whether a distractor answers as well. "
            "Built-in and Python tools are called anyway."
        ),
    ] = False
    obfuscate: Annotated[
        bool,
        Field(description="Give tools and parameters invented names and reword descriptions, in each example others."),
    ] = False
    negatives: Annotated[
        float,
        Field(
            ge=0,
            le=0.9,
            description="Share of examples in which the right answer is no call, or a question first; such as 0.25.",
        ),
        Option(panel=ExportPanel.KINDS, metavar="SHARE"),
    ] = 0.0
    negative_mix: Annotated[str, Field(description="KIND:PERCENT with commas."), Option(metavar="MIX")] = DEFAULT_MIX
    dialogues: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            description="Share of missing_tool and missing_argument that go on: the user answers, the call follows.",
        ),
        Option(metavar="SHARE"),
    ] = 0.5
    recovery: Annotated[
        float,
        Field(
            ge=0,
            le=0.9,
            description="Share of examples in which a call fails, is not to be learned, and is made again rightly; "
            "such as 0.1.",
        ),
        Option(metavar="SHARE"),
    ] = 0.0
    test_ratio: Annotated[
        float | None,
        Field(
            gt=0,
            lt=1,
            description="Write NAME.train and NAME.test, this share of the records in the latter; such as 0.1.",
        ),
        Option(panel=ExportPanel.SPLIT, metavar="SHARE"),
    ] = None
    split_by: Annotated[
        SplitBy,
        Field(
            description="random, or hold out a category or family of tools: training has none of them, each test "
            "record one."
        ),
    ] = "random"
    difficulty: Annotated[
        str | None,
        Field(description="Only records that a model passed so often, LOW-HIGH from 0 to 1, such as 0.1-0.9."),
        Option(panel=ExportPanel.MEASURED, metavar="RANGE"),
    ] = None
    evaluation: Annotated[
        Path | None,
        Field(
            description="Evaluation of that model (toolgrad evaluate); needed where the run has several. Its failed "
            "trials are mistakes for preferences and recoveries."
        ),
        Option(metavar="FOLDER"),
    ] = None
    decontaminate: Annotated[
        tuple[Path, ...],
        Field(
            description="Leave out what is too near to this benchmark, by query or tool, and list it in "
            "OUT.contaminated.jsonl."
        ),
        Option(panel=ExportPanel.SPLIT, metavar="FILE"),
    ] = ()


def data_options(given: Mapping[str, Any], command: str) -> DataOptions:
    """Return validated options. Raises UsageError: the option, the value and what is allowed."""
    try:
        return DataOptions.model_validate(given)
    except ValidationError as error:
        raise setting_error(error, DataOptions.model_fields, command) from error
