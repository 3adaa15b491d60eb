"""Write accepted records as a file that a trainer takes. Each format: docs/datasets.md.

[bold]Examples[/]

  toolgrad export runs/first --format trl --out data/train.jsonl
  toolgrad export runs/first runs/second --format openai --out data/openai.jsonl
  toolgrad export runs/first --format bfcl --out data/bfcl
  toolgrad export runs/first --format trl --out data/short.jsonl --tokenizer Qwen/Qwen3-0.6B --max-tokens 4096
  toolgrad export runs/first -f trl -o data/set.jsonl --candidates 10 --negatives 0.25 --test-ratio 0.1
  toolgrad export runs/paper --preset toolgrad-500 --out data/paper.jsonl

bfcl, python-calls and xlam hold calls that are made at once, and so take only turns in which no call
needs another's result. A dialogue is one row; in trl-completion and python-calls it is a row a turn, with what was
said before; bfcl, xlam and toolllama take its first turn, bfcl all of it where the tools are a stateful class. What a
format cannot hold is left out and counted. The file appears whole at the end.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from toolgrad_data.cli.options import Debug
from toolgrad_data.cli.setting_options import Given, options_of
from toolgrad_data.errors import UsageError
from toolgrad_data.export.data_options import DataOptions, data_options
from toolgrad_data.presets import described, preset_options


class Form(StrEnum):
    """How a member of a row is written."""

    object = "object"
    text = "text"


class Ids(StrEnum):
    """The form of calls' ids."""

    plain = "plain"
    functions = "functions"


FormatName = Annotated[
    str | None,
    typer.Option(
        "--format",
        "-f",
        metavar="F",
        help="trl, trl-completion, trl-preference, openai, bfcl, python-calls, hermes, sharegpt, llamafactory, "
        "axolotl, xlam, toolllama or parquet.",
    ),
]
Preset = Annotated[
    str | None,
    typer.Option(metavar="NAME", help=f"Options by name, of which any that is given beside wins; {described()}."),
]
Defaults = Annotated[
    bool, typer.Option("--defaults", help="Keep arguments in the calls that are the tool's own default.")
]
Sequential = Annotated[
    bool,
    typer.Option(
        "--sequential", help="One call a message, for templates that take no more (Llama 3.1 and 3.2, gpt-oss)."
    ),
]
CallIds = Annotated[Ids, typer.Option(help="Ids of calls: call00000, or functions.NAME:0 as Kimi's models write them.")]
Arguments = Annotated[
    Form,
    typer.Option(help="trl: arguments as objects, or as JSON text for templates that join texts (DeepSeek)."),
]
Tools = Annotated[Form, typer.Option(help="trl: tools as objects, or as JSON text for `datasets` before 4.7.")]
Tokenizer = Annotated[
    str | None,
    typer.Option("--tokenizer", metavar="NAME|FOLDER", help="Count tokens with this tokenizer and its template."),
]
ChatTemplate = Annotated[
    Path | None,
    typer.Option("--chat-template", metavar="FILE", help="A Jinja chat template in place of the tokenizer's."),
]


@options_of(DataOptions.model_fields)
def export(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN…", help="Folders of runs, or their names under runs/.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="What to write; a folder for bfcl.")],
    given: Given,
    format: FormatName = None,
    preset: Preset = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file if it exists.")] = False,
    defaults: Defaults = False,
    sequential: Sequential = False,
    ids: CallIds = Ids.plain,
    arguments: Arguments = Form.object,
    tools: Tools = Form.object,
    tokenizer: Tokenizer = None,
    chat_template: ChatTemplate = None,
    max_tokens: Annotated[int | None, typer.Option(metavar="N", min=1, help="Leave out what is longer.")] = None,
    report: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write the counts, as JSON.")] = None,
    debug: Debug = False,  # noqa: ARG001 - read by main()
) -> None:
    """Write the file, whole or not at all."""
    import shlex
    import signal
    import sys

    from toolgrad_data.cli.consoles import console
    from toolgrad_data.export.command import run_export
    from toolgrad_data.export.formats.row_form import RowForm
    from toolgrad_data.runs.interrupt import EXIT_INTERRUPTED

    format, data = _chosen(preset, format, given)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        run_export(
            runs,
            format,
            out,
            overwrite=overwrite,
            defaults=defaults,
            sequential=sequential,
            tokenizer=tokenizer,
            chat_template=chat_template,
            max_tokens=max_tokens,
            report_file=report,
            ids=ids.value,
            form=RowForm(arguments is Form.text, tools is Form.text),
            data=data,
            command=shlex.join(["toolgrad", *sys.argv[1:]]),
            err=console(stderr=True),
            print_line=typer.echo,
        )
    except KeyboardInterrupt:
        typer.echo(f"Interrupted; nothing was written to {out}.", err=True)
        raise typer.Exit(EXIT_INTERRUPTED) from None
    finally:
        signal.signal(signal.SIGTERM, before)


def _chosen(preset: str | None, format: str | None, given: Given) -> tuple[str, DataOptions]:
    """Return the format and the options: what is given, else the preset's. Raises UsageError."""
    options = preset_options(preset, "export") if preset is not None else {}
    form = format or options.get("format")
    if form is None:
        raise UsageError("--format is missing: which trainer is it for? See: toolgrad export --help")
    options.pop("format", None)
    return str(form), data_options({**options, **given}, "export")
