"""Which options a chat template needs, and what `--tokenizer` says of an export that lacks them."""

import importlib.util
import json
from pathlib import Path

import pytest

from bench.chat_templates import Behaviour, behaviour_of, conversation, rendered, table, templates_in, trl_templates
from tests.unit.toolgrad_data.export.records import dependent, parallel
from toolgrad_data.export.conversation import Example, UnfitError
from toolgrad_data.export.datasets.tokens import TokenCounter
from toolgrad_data.export.formats.call_ids import with_ids
from toolgrad_data.export.formats.row_form import RowForm
from toolgrad_data.export.formats.sequential import sequential
from toolgrad_data.export.formats.trl import Trl
from toolgrad_data.export.from_record import example_of

if importlib.util.find_spec("transformers") is None:
    pytest.skip("needs transformers (the extra dev)", allow_module_level=True)

ROOT = Path(__file__).parents[5]
KINDS = ROOT / "tests" / "fixtures" / "chat_templates"
needs_trl = pytest.mark.skipif(trl_templates() is None, reason="needs TRL's wheel: pip install --no-deps trl")


@pytest.mark.parametrize(
    ("name", "behaviour"),
    [
        ("ids_of_nine", Behaviour("", "several", "objects (quotes text)", "required, nine letters and digits", "id")),
        ("ids_for_names", Behaviour("--ids functions", "several", "objects (quotes text)", "in place of names", "id")),
        ("results_by_id", Behaviour("", "several", "objects (quotes text)", "find a result's call", "id")),
        ("arguments_joined", Behaviour("--arguments text", "several", "text (refuses objects)", "not read", "place")),
        (
            "arguments_printed",
            Behaviour("--arguments text", "several", "text (writes Python for objects)", "not read", "place"),
        ),
        (
            "first_call_alone",
            Behaviour("--sequential", "one: others are lost", "objects (quotes text)", "not read", "place"),
        ),
        ("no_calls", Behaviour("no option helps", "lost", "", "", "")),
    ],
)
def test_what_a_template_does_is_found_out(name: str, behaviour: Behaviour) -> None:
    assert behaviour_of((KINDS / f"{name}.jinja").read_text(encoding="utf-8")) == behaviour


@needs_trl
def test_the_page_has_what_the_templates_of_trl_do() -> None:
    folder = trl_templates()
    assert folder is not None
    page = (ROOT / "docs" / "datasets.md").read_text(encoding="utf-8")
    assert "\n".join(table(templates_in([folder]))) in page, "renew it: python -m bench.chat_templates"


@needs_trl
def test_ids_change_nothing_but_whose_result_it_is() -> None:
    folder = trl_templates()
    assert folder is not None
    changed = []
    for name, text in templates_in([folder]):
        (row,) = Trl().rows(with_ids(conversation()), 0)
        bare = json.loads(json.dumps(row))
        for message in bare["messages"]:
            message.pop("tool_call_id", None)
            for call in message.get("tool_calls", ()):
                call.pop("id")
        if (now := rendered(text, row)) != (before := rendered(text, bare)):
            changed.append(name)
            assert now is not None
            assert before is not None
            assert now.index("response:tool_a") < now.index("result_a") < now.index("response:tool_b"), name
            assert "response:tool_a" not in before, name
    assert changed
    assert all("gemma" in name for name in changed)


def counter(template: str, folder: Path, form: RowForm | None = None) -> TokenCounter:
    from tests.unit.toolgrad_data.export.tokenizers_here import word_tokenizer

    tokenizer = word_tokenizer(folder / "tokenizer")
    return TokenCounter(str(tokenizer), KINDS / f"{template}.jinja", form or RowForm())


def several() -> Example:
    return example_of(parallel())


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("arguments_joined", "can only concatenate .* take --arguments text"),
        ("arguments_printed", "writes arguments as Python does; take --arguments text"),
        ("ids_for_names", "names of tools by ids; take --ids functions"),
        ("first_call_alone", "one call of a message; take --sequential"),
        ("no_calls", "does not tell of its calls; give one that does"),
    ],
)
def test_what_a_template_spoils_is_left_out_with_what_helps(template: str, words: str, tmp_path: Path) -> None:
    counting = counter(template, tmp_path)
    for example in (several(), example_of(dependent())):
        with pytest.raises(UnfitError, match=words):
            counting.count(example)


@pytest.mark.parametrize("template", ["ids_of_nine", "results_by_id"])
def test_what_helps_is_taken(template: str, tmp_path: Path) -> None:
    assert counter(template, tmp_path).count(several()) > 0


def test_the_options_that_are_named_do_help(tmp_path: Path) -> None:
    text = RowForm(arguments_as_text=True)
    for template in ("arguments_joined", "arguments_printed"):
        assert counter(template, tmp_path, text).count(several()) > 0
    assert counter("ids_for_names", tmp_path).count(with_ids(several(), "functions")) > 0
    assert counter("first_call_alone", tmp_path).count(sequential(several())) > 0
    with pytest.raises(UnfitError, match="quotes arguments that are text; take --arguments object"):
        counter("ids_of_nine", tmp_path, text).count(several())
