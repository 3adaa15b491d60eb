"""The formats by name."""

import difflib

from toolgrad_data.errors import UsageError
from toolgrad_data.export.axolotl import Axolotl
from toolgrad_data.export.bfcl import Bfcl
from toolgrad_data.export.format import Format
from toolgrad_data.export.hermes import Hermes
from toolgrad_data.export.llamafactory import LlamaFactory
from toolgrad_data.export.openai import OpenAI
from toolgrad_data.export.parquet import Parquet
from toolgrad_data.export.python_calls import PythonCalls
from toolgrad_data.export.sharegpt import ShareGpt
from toolgrad_data.export.toolllama import ToolLlama
from toolgrad_data.export.trl import Trl
from toolgrad_data.export.trl_completion import TrlCompletion
from toolgrad_data.export.trl_preference import TrlPreference
from toolgrad_data.export.xlam import Xlam

FORMATS: dict[str, Format] = {
    one.name: one
    for one in (
        Trl(),
        TrlCompletion(),
        OpenAI(),
        Bfcl(),
        PythonCalls(),
        Hermes(),
        ShareGpt(),
        LlamaFactory(),
        Axolotl(),
        Xlam(),
        ToolLlama(),
        Parquet(),
    )
}


#: Formats of pairs of a right and a wrong answer, which `preferences.py` makes of conversations.
PREFERENCES: dict[str, Format] = {"trl-preference": TrlPreference()}


def format_named(name: str) -> Format:
    """Return the format. Raises UsageError with what there is."""
    known = {**FORMATS, **PREFERENCES}
    if name in known:
        return known[name]
    close = difflib.get_close_matches(name, known, n=1)
    hint = f" Did you mean {close[0]}?" if close else ""
    listed = "\n".join(f"  {format.name:<15} {format.about}" for format in known.values())
    raise UsageError(f"--format {name}: no such format.{hint}\nThere are:\n{listed}")
