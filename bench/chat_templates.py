"""What chat templates do with calls, ids, arguments and results: the tables of docs/datasets.md.

Each template renders one conversation in several forms, and what comes out is compared: nothing is read off its text.

Run: python -m bench.chat_templates [FOLDER…]   (folders of `*.jinja`; without one, those that TRL's wheel ships)
"""

import copy
import importlib.util
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from toolgrad_data.export.conversation import Call, Example, Tool, calling, says, tool_answer, user
from toolgrad_data.export.format import Row
from toolgrad_data.export.formats.call_ids import IdForm, with_ids
from toolgrad_data.export.formats.row_form import RowForm
from toolgrad_data.export.formats.sequential import sequential
from toolgrad_data.export.formats.trl import Trl

Change = Callable[[Row], None]


class Behaviour(NamedTuple):
    """What a template does, each in a few words; `options` are those of `toolgrad export` that it needs."""

    options: str
    calls: str
    arguments: str
    ids: str
    results: str


def conversation() -> Example:
    """Return two calls at once; each argument and each result is told by a word that stands nowhere else."""
    parameters = {"type": "object", "properties": {"key": {"type": "string", "description": "A key."}}}
    tools = tuple(Tool(f"tool_{letter}", f"Does {letter}.", parameters) for letter in "ab")
    first, second = (Call(letter, f"tool_{letter}", {"key": f"value_{letter}"}) for letter in "ab")
    messages = (
        user("the_query"),
        calling(first, second),
        tool_answer(first, "result_a"),
        tool_answer(second, "result_b"),
    )
    return Example("x", (*messages, says("the_answer")), tools)


def behaviour_of(template: str) -> Behaviour:
    """Return what the text of a chat template does."""
    at_once, one_by_one = _Probe(template, conversation()), _Probe(template, sequential(conversation()))
    probe = at_once if at_once.takes_calls else one_by_one
    if not probe.takes_calls:
        return Behaviour("no option helps", at_once.loss, "", "", "")
    calls, options = ("several", []) if probe is at_once else (f"one: others are {at_once.loss}", ["--sequential"])
    arguments, wanted = probe.arguments()
    ids, form = probe.ids()
    return Behaviour(" ".join([*options, *wanted, *form]), calls, arguments, ids, probe.results())


class _Probe:
    """A template and the conversation that it is tried with; arguments are objects if it takes them so."""

    def __init__(self, template: str, example: Example) -> None:
        self._template = template
        self._as_text = False
        self._example = example
        forms: tuple[IdForm, ...] = ("plain", "functions", "plain")
        for self._ids in forms:
            self._objects, self._text = self._render(text=False), self._render(text=True)
            if self.takes_calls:
                break
        self._as_text = not self._holds(self._objects)

    @property
    def takes_calls(self) -> bool:
        """Whether all calls are told, in some form of their arguments."""
        return self._holds(self._objects) or self._holds(self._text)

    @property
    def loss(self) -> str:
        """What becomes of the calls that are not told."""
        best = self._objects if self._objects is not None else self._text
        if best is None:
            return "refused"
        return "lost" if "result_a" in best else "lost with their results"

    def arguments(self) -> tuple[str, list[str]]:
        """Return the forms of arguments that it takes, and the option for them."""
        if not self._as_text:
            if self._holds(self._text):
                return ("either" if self._text == self._objects else "objects (leaves text as JSON)"), []
            return f"objects ({_fault(self._text)} text)", []
        return f"text ({_fault(self._objects)} objects)", ["--arguments text"]

    def ids(self) -> tuple[str, list[str]]:
        """Return what it does with ids, and the option for their form."""
        if self._ids == "functions":
            return "in place of names", ["--ids functions"]
        plain, functions, none = self._render(), self._render("functions"), self._render(change=_no_ids)
        if none is None and plain is not None:
            return ("required, nine letters and digits" if functions is None else "required"), []
        if plain and "functions.tool_a:0" in plain:
            return "written to calls in its own form", ["--ids functions"]
        if plain and "call00000" in plain:
            return "written", []
        return ("not read" if plain == none else "find a result's call"), []

    def results(self) -> str:
        """Return by what it tells which call a result answers."""
        base = self._render()
        if base is None or not all(word in base for word in ("result_a", "result_b")):
            return "lost"
        unnamed, nameless, neither = (self._render(change=change) for change in (_no_ids, _no_names, _no_both))
        told = [word for word, without in (("id", unnamed), ("name", nameless)) if without != base]
        return " and ".join(told) or ("id or name" if neither != base else "place")

    def _holds(self, text: str | None) -> bool:
        if text is None or _fault(text) != "tells":
            return False
        # A name that comes only later is the result's: the call itself does not tell it.
        return all(0 <= text.find(f"tool_{one}") < text.find(f"value_{one}") for one in "ab")

    def _render(
        self, ids: IdForm | None = None, *, text: bool | None = None, change: Change | None = None
    ) -> str | None:
        as_text = self._as_text if text is None else text
        form = RowForm(arguments_as_text=as_text)
        (row,) = Trl(form).rows(with_ids(self._example, ids or self._ids), 0)
        row = copy.deepcopy(row)
        if change is not None:
            change(row)
        return rendered(self._template, row)


def rendered(template: str, row: Row) -> str | None:
    """Return what Transformers renders from the user's words on; None when the template refuses the row."""
    try:
        text = str(
            _tokenizer().apply_chat_template(row["messages"], row["tools"], chat_template=template, tokenize=False)
        )
    except Exception:  # a template is other people's code, and fails as it likes
        return None
    return text[text.rfind("the_query") :]


@cache
def _tokenizer() -> Any:
    from tokenizers import Tokenizer, models
    from transformers import PreTrainedTokenizerFast

    tokens = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
    return PreTrainedTokenizerFast(tokenizer_object=Tokenizer(models.BPE()), **tokens)


def _fault(text: str | None) -> str:
    """Say how arguments come out wrong; "tells" for as they should."""
    if text is None:
        return "refuses"
    if "{'key'" in text:
        return "writes Python for"
    return "quotes" if '\\"key\\"' in text else "tells"


def _no_ids(row: Row) -> None:
    for message in row["messages"]:
        message.pop("tool_call_id", None)
        for call in message.get("tool_calls", ()):
            call.pop("id", None)


def _no_names(row: Row) -> None:
    for message in row["messages"]:
        message.pop("name", None)


def _no_both(row: Row) -> None:
    _no_ids(row)
    _no_names(row)


def trl_templates() -> Path | None:
    """Return the folder of the templates that TRL ships, if it is installed."""
    found = importlib.util.find_spec("trl")
    return Path(str(found.origin)).parent / "chat_templates" if found else None


def templates_in(folders: Iterable[Path]) -> Iterator[tuple[str, str]]:
    """Yield name and text of each template, by name."""
    for path in sorted(path for folder in folders for path in folder.glob("*.jinja")):
        yield path.stem, path.read_text(encoding="utf-8")


def table(templates: Iterable[tuple[str, str]]) -> list[str]:
    """Return the lines of a Markdown table: templates that do the same share a row."""
    alike: defaultdict[Behaviour, list[str]] = defaultdict(list)
    for name, text in templates:
        alike[behaviour_of(text)].append(name)
    lines = ["| templates | export with | calls in a message | arguments | ids | results go by |", "|---" * 6 + "|"]
    for behaviour, names in sorted(alike.items(), key=lambda item: item[1]):
        options = f"`{behaviour.options}`" if behaviour.options.startswith("--") else behaviour.options
        lines.append(f"| {', '.join(_without_twins(names))} | {' | '.join((options, *behaviour[1:]))} |")
    return lines


def _without_twins(names: list[str]) -> list[str]:
    """Leave out what TRL adds to a template for training, where it does the same."""
    return [name for name in names if name.removesuffix("_training") not in names or not name.endswith("_training")]


def main(folders: list[str]) -> None:
    """Print the table."""
    given = [Path(folder) for folder in folders] or [found for found in [trl_templates()] if found]
    print("\n".join(table(templates_in(given))))


if __name__ == "__main__":
    main(sys.argv[1:])
