"""Which reader reads which format."""

from collections.abc import Callable
from typing import Any

from toolgrad_data.verify.foreign import openai, toolgrad, toolllama, trl, xlam
from toolgrad_data.verify.foreign.sample import ForeignSample

#: What each format's rows are read by.
READERS: dict[str, Callable[[Any], ForeignSample]] = {
    "trl": trl.read,
    "openai": openai.read,
    "xlam": xlam.read,
    "toolllama": toolllama.read,
    "toolgrad": toolgrad.read,
}
