"""What a run is asked to be: from a TOML file, the command line and the defaults."""

import re
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic.fields import FieldInfo

from graph.context import MAKING, Context
from graph.option import Option, Panel, flag_of, plain_name
from toolgrad_data.errors import UsageError
from toolgrad_data.presets import described, preset_options
from toolgrad_data.runs.deciders import Shorthands, expand_shorthands
from toolgrad_data.runs.limits import RunLimits
from toolgrad_data.runs.postgres.address import check_address
from toolgrad_data.runs.setting_errors import setting_error

#: What is left of the checkpoints of a sample whose record is on the disk.
Keep = Literal["none", "last", "all"]
#: LangGraph's names: with `sync` a step's checkpoint is written before the next begins, with `exit` when all end.
Durability = Literal["sync", "exit"]
#: Which workflow makes the samples: `graph/app.py` or `graph/baseline.py`.
Method = Literal["answer-first", "dfs"]


class RunSettings(RunLimits):
    """A run: which samples, where they go, what they may take, and the `Context` that all of them share."""

    samples: Annotated[
        int,
        Field(ge=1, le=10_000_000, description="Samples to make, rejected ones included."),
        Option(panel=Panel.RUN, short="-n", metavar="N"),
    ]
    seed: Annotated[
        int, Field(ge=0, lt=2**63, description="The same seed gives the same records."), Option(metavar="S")
    ] = 0
    out: Annotated[
        Path, Field(description="Folder of the run, such as runs/first."), Option(short="-o", metavar="FOLDER")
    ]
    preset: Annotated[
        str | None,
        Field(description=f"Options by name, of which any that is given beside wins; {described()}."),
        Option(metavar="NAME"),
    ] = None
    again: Annotated[
        bool,
        Field(description="Make the samples anew that the run has rejected, with the tools as they are now."),
        Option(off="--not-again"),
    ] = False
    concurrency: Annotated[int, Field(ge=1, le=1024, description="Samples under way at once; changes no record.")] = 8
    workers: Annotated[
        int, Field(ge=1, le=256, description="Processes on this machine that share the samples; changes no record.")
    ] = 1
    store: Annotated[
        str | None,
        Field(
            description="PostgreSQL for checkpoints and a ledger of lines, for several machines: "
            "postgresql://USER@HOST/NAME with PGPASSWORD set, or '${VARIABLE}' that holds it all; see docs/scale.md."
        ),
        Option(metavar="URL", secret=True),
    ] = None
    engine: Annotated[
        Literal["local", "ray"],
        Field(description="local, or ray: a cluster, see docs/scale.md."),
        Option(metavar="ENGINE"),
    ] = "local"
    address: Annotated[
        str | None,
        Field(
            pattern=r"^(auto|local|[^/:\s]+:\d+)$",
            description="The Ray cluster, or auto; without it one is started here.",
        ),
        Option(metavar="HOST:PORT"),
    ] = None
    keep_checkpoints: Annotated[
        Keep,
        Field(description="What stays of finished samples' checkpoints: none, last (each one's last state) or all."),
        Option(metavar="WHAT"),
    ] = "none"
    distinct_from: Annotated[
        tuple[Path, ...],
        Field(description="No record may be like one of this .jsonl file either."),
        Option(panel=Panel.RECORDS, metavar="FILE"),
    ] = ()
    redact: Annotated[
        tuple[str, ...],
        Field(description="Regular expression of what LangSmith must not see, beside keys and secrets."),
        Option(panel=Panel.TRACES, metavar="PATTERN", secret=True),
    ] = ()
    method: Annotated[
        Method,
        Field(
            description="answer-first grows a chain and then writes the query; dfs writes the query first, and "
            "searches for its calls (docs/baseline.md)."
        ),
        Option(panel=Panel.LOOP, metavar="METHOD"),
    ] = "answer-first"
    context: Context = Context()

    @property
    def durability(self) -> Durability:
        """When a sample's checkpoints are written: after each step, or once where nothing was paid for.

        What the offline policy decides and the built-in tools answer costs some hundredths of a second to make again,
        and comes out the same; to write it down twenty times a sample costs a tenth of that. `all` asks for the steps.
        """
        context = self.context
        deciders = {context.proposer, context.critic, context.writer, context.planner}
        ours = all(source.partition(":")[0] == "builtin" for source in context.tools)
        free = deciders == {"offline"} and context.judge is None and ours
        return "exit" if free and self.keep_checkpoints != "all" else "sync"

    @field_validator("store")
    @classmethod
    def _store_has_no_password(cls, value: str | None) -> str | None:
        return None if value is None else check_address(value)

    @field_validator("redact")
    @classmethod
    def _patterns_are_regular(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for position, pattern in enumerate(value, start=1):
            try:
                compiled = re.compile(pattern)
            except re.error as error:
                raise ValueError(f"pattern {position} is no regular expression: {error}") from None
            if compiled.match(""):
                raise ValueError(f"pattern {position} matches the empty text, so it would match everywhere")
        return value


#: What `toolgrad generate` can be told, by name, as fields: the command line and files have all of them.
SETTINGS: dict[str, FieldInfo] = {
    **{name: field for name, field in RunSettings.model_fields.items() if name != "context"},
    **Shorthands.model_fields,
    **Context.model_fields,
}


def run_settings(options: Mapping[str, Any], config: Path | None = None) -> RunSettings:
    """Return validated settings: an option that is not None wins over the file, the file over the default.

    `options` is keyed by setting names. Raises UsageError: the setting, the value and what is allowed.
    """
    values = _merge(options, config)
    if values.get("method") == "dfs":
        values.setdefault("turns", "1:100")  # query first makes no dialogues
    for name in ("samples", "out"):
        if name not in values:
            raise UsageError(
                f"{flag_of(name)} is missing: give it on the command line or in a file with --config.\n"
                "Example: toolgrad generate --samples 20 --seed 1 --out runs/first"
            )
    context = {name: value for name, value in values.items() if name in Context.model_fields}
    run = {name: value for name, value in values.items() if name not in context}
    try:
        return RunSettings(**run, context=Context.model_validate(context, context=MAKING))
    except ValidationError as error:
        raise setting_error(error, SETTINGS, "generate") from error


def context_settings(options: Mapping[str, Any], config: Path | None = None, base: Context | None = None) -> Context:
    """Return the `Context` alone, for commands that make no run; a run's own settings are left aside.

    `base` is what the settings are that are not given: those of a run, or else the defaults.
    """
    given = _merge(options, config)
    values = {**(base.model_dump() if base else {}), **given}
    context = {name: value for name, value in values.items() if name in Context.model_fields}
    try:
        return Context.model_validate(context, context=MAKING if "now" in given else None)
    except ValidationError as error:
        raise setting_error(error, SETTINGS, "generate") from error


def _merge(options: Mapping[str, Any], config: Path | None) -> dict[str, Any]:
    """Return a preset's values under the file's under the options that are given, shorthands spelled out."""
    given = {name: value for name, value in options.items() if value is not None}
    file = read_config(config) if config else {}
    preset = given.get("preset", file.get("preset"))
    values = expand_shorthands(file, given)
    return values if preset is None else {**preset_options(str(preset), "generate"), **values}


def read_config(path: Path) -> dict[str, Any]:
    """Return the settings in a TOML file by their names. Raises UsageError naming the file and the place."""
    try:
        text = path.read_text(encoding="utf-8-sig")  # editors may begin a file with a byte-order mark
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--config {path}: cannot be read: {error}") from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        last = f"at the end of the document, line {text.count(chr(10)) + 1}"
        why = str(error).replace("at end of document", last)
        raise UsageError(f"--config {path}: not TOML: {why}") from error
    longer = {plain_name(name): name for name in SETTINGS}
    values: dict[str, Any] = {}
    for key, value in data.items():
        name = key.replace("-", "_")
        name = longer.get(name, name)
        if name not in SETTINGS:
            close = get_close_matches(name, SETTINGS, n=1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            raise UsageError(f"--config {path}: unknown setting {key!r}.{hint}\nAllowed: {', '.join(sorted(SETTINGS))}")
        if name in values:
            raise UsageError(f"--config {path}: {name!r} is set twice, under two spellings")
        values[name] = value
    if "tools" in values:
        from toolgrad_data.runs.tool_tables import tool_specs  # not for `--help`: it takes a sixth of its time

        values["tools"] = tool_specs(values["tools"], text, path)
    return values
