"""How long examples are for a model: its tokenizer's count of what its chat template renders."""

import os
import statistics
from array import array
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from toolgrad_data.errors import UsageError
from toolgrad_data.export.conversation import Example, UnfitError
from toolgrad_data.export.datasets.template_faults import TemplateFaults, refusal
from toolgrad_data.export.format import tools_or_null
from toolgrad_data.export.formats.row_form import USUAL, RowForm
from toolgrad_data.export.formats.trl import trl_message
from toolgrad_data.export.report import ExportReport


class TokenCounter:
    """Counts an example's tokens: system, tools and every message, as the model is trained on them.

    `tokenizer` is a folder or a name on the Hub, `template` a file with a Jinja chat template in place of the
    tokenizer's own; it is given messages in the rows' `form`. Raises UsageError: transformers is
    missing, there is no such tokenizer, or no template.
    """

    def __init__(self, tokenizer: str, template: Path | None = None, form: RowForm = USUAL) -> None:
        self._form = form
        self._faults = TemplateFaults(self._render, arguments_as_text=form.arguments_as_text)
        # Else it advises to install PyTorch, which no tokenizer needs.
        os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")
        try:
            from transformers import AutoTokenizer
        except ImportError as error:
            raise UsageError(
                "--tokenizer needs transformers.\nInstall it: pip install 'toolgrad-langgraph[tokens]'"
            ) from error
        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(tokenizer)
        except (OSError, ValueError) as error:
            first = str(error).strip().partition("\n")[0]
            raise UsageError(
                f"--tokenizer {tokenizer}: cannot be loaded: {first}\n"
                "Give a folder with tokenizer.json, or a model's name on the Hub, such as Qwen/Qwen3-0.6B"
            ) from error
        if template is not None:
            try:
                self._tokenizer.chat_template = template.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise UsageError(f"--chat-template {template}: cannot be read: {error}") from error
        if not self._tokenizer.chat_template:
            raise UsageError(
                f"--tokenizer {tokenizer}: has no chat template.\nGive the model's own: --chat-template FILE.jinja"
            )

    def count(self, example: Example) -> int:
        """Return the number of tokens. Raises UnfitError when the template refuses the conversation or spoils calls."""
        try:
            text = self._render(example)
        except Exception as error:  # a template is other people's code: joining an object to text is a TypeError
            raise UnfitError(refusal(error)) from error
        if fault := self._faults.of(example, text):
            raise UnfitError(fault)
        return len(self._tokenizer(text, add_special_tokens=False)["input_ids"])

    def _render(self, example: Example) -> str:
        messages = [trl_message(message, self._form) for message in example.messages]
        return str(self._tokenizer.apply_chat_template(messages, tools=tools_or_null(example), tokenize=False))


class TokenStage:
    """A stage that labels examples with their `tokens`, leaves out those over `most`, and notes the distribution."""

    def __init__(self, counter: TokenCounter, most: int | None = None) -> None:
        self._counter = counter
        self._most = most

    def __call__(self, examples: Iterator[Example], report: ExportReport) -> Iterator[Example]:
        """Yield what is short enough; `report.notes["tokens"]` is there once all are through."""
        lengths = array("q")
        for example in examples:
            try:
                tokens = self._counter.count(example)
            except UnfitError as error:
                report.leave_out(str(error))
                continue
            lengths.append(tokens)
            if self._most is not None and tokens > self._most:
                report.leave_out(f"has more than {self._most} tokens")
                continue
            yield replace(example, labels={**example.labels, "tokens": tokens})
        if lengths:
            report.notes["tokens"] = distribution(lengths)


def distribution(lengths: "array[int]") -> dict[str, int]:
    """Return count, sum, mean, least, most and percentiles (nearest rank) of lengths, whole numbers all."""
    ordered = sorted(lengths)

    def percentile(percent: int) -> int:
        return ordered[max(0, -(-percent * len(ordered) // 100) - 1)]

    return {
        "examples": len(ordered),
        "total": sum(ordered),
        "mean": round(statistics.fmean(ordered)),
        "min": ordered[0],
        "p50": percentile(50),
        "p90": percentile(90),
        "p99": percentile(99),
        "max": ordered[-1],
    }
