"""The data card: read as the Hub reads it, true to the files, and enough to make the run again."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from huggingface_hub import DatasetCard

from graph.context import Context
from graph.record import Record
from tests.unit.toolgrad_data.command import toolgrad
from tests.unit.toolgrad_data.conftest import Pool
from tests.unit.toolgrad_data.export.test_data_options import call
from tool_registry.sources.config import SourceConfig
from tool_registry.spec import ToolSpec
from toolgrad_data.publish.card.counts import count_runs, data_files, split_of
from toolgrad_data.publish.card.licences import NOT_DECLARED, licence_of_package, origins
from toolgrad_data.publish.card.rebuild import config_of, toml_value, unshown_settings
from toolgrad_data.runs.run_info import RunInfo
from toolgrad_data.runs.settings import run_settings
from toolgrad_data.runs.store import read_run_info


def card_call(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    return toolgrad(monkeypatch, "card", *arguments)


@pytest.fixture
def carded(run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    data = tmp_path / "data"
    given = ["-f", "trl", "-o", data / "set.jsonl", "--report", tmp_path / "report.json", "--negatives", 0.25]
    assert call(monkeypatch, run_folder, *given, "--test-ratio", 0.2, "--split-by", "category") == 0
    options = ["--data", data, "--report", tmp_path / "report.json", "--license", "cc-by-4.0", "--title", "My | calls"]
    assert card_call(monkeypatch, run_folder, *options, "--out", data / "README.md") == 0
    return data


def test_the_hubs_library_reads_its_head(carded: Path) -> None:
    card = DatasetCard.load(carded / "README.md")
    data: dict[str, Any] = card.data.to_dict()
    assert data["license"] == "cc-by-4.0"
    assert data["pretty_name"] == "My | calls"
    assert data["size_categories"] == ["n<1K"]
    (config,) = data["configs"]
    assert [entry["split"] for entry in config["data_files"]] == ["train", "test"]
    for split in data["dataset_info"]["splits"]:
        path = carded / f"set.{split['name']}.jsonl"
        assert split["num_bytes"] == path.stat().st_size
        assert split["num_examples"] == len(path.read_text().splitlines())


def test_it_tells_lengths_beside_what_they_were_to_be(carded: Path, run_folder: Path) -> None:
    counts = count_runs([run_folder])
    assert counts.targets.total() == counts.records
    rows = [f"| {n} | {counts.calls[n] or 0} | {counts.targets[n]} |" for n in {*counts.calls, *counts.targets}]
    text = (carded / "README.md").read_text()
    assert "| calls in a record | records | records that were to have so many |" in text
    assert [row for row in rows if row not in text] == []


def test_the_datasets_library_loads_the_folder_by_it(carded: Path, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    loaded = datasets.load_dataset(str(carded), cache_dir=str(tmp_path / "cache"))
    assert set(loaded) == {"train", "test"}
    assert loaded["test"].num_rows == len((carded / "set.test.jsonl").read_text().splitlines())


def test_it_tells_counts_promises_tools_limits_and_the_commands(carded: Path, records: list[Record]) -> None:
    text = (carded / "README.md").read_text()
    calls = sum(len(turn.steps) for record in records for turn in record.turns)
    assert f"{len(records)} records with {calls} calls" in text
    assert re.search(rf"\| grounded \| [^|]+ \| {len(records)} \| 0 \| 0 \|", text)
    for heading in ("Files", "Counts", "What was proved", "Cost", "Tools, sources and licences", "Limits"):
        assert f"\n## {heading}\n" in text
    assert "| missing_argument | " in text
    assert "The test set asks for tools that training does not have, by category" in text
    assert "toolgrad generate --config sixty.toml --out runs/sixty" in text
    assert "toolgrad export " in text
    assert "--split-by category" in text
    for record in records:
        assert all(f"| `{spec.name}` | {spec.category} | " in text for spec in record.tools)
    assert "No model was called" in text


def test_its_configuration_makes_the_same_run(run_folder: Path, tmp_path: Path) -> None:
    run = read_run_info(run_folder)
    context = Context(
        tools=["builtin:moon", 'config:{"kind":"python","target":"x.py:\\u00e9"}'],
        calls="1:50,2:50",
        now="2026-01-01T00:00:00",
        allow_unannotated=True,
        patience=2,
    )
    for info in (run, run.model_copy(update={"settings": context, "seed": 2**62})):
        path = tmp_path / "again.toml"
        path.write_text(config_of(info))
        again = run_settings({"out": tmp_path / "out"}, path)
        assert again.context == info.settings
        assert (again.seed, again.samples) == (info.seed, info.samples)


def test_what_may_be_private_is_named_but_not_shown(run_folder: Path) -> None:
    secret = Context(base_url="http://inner.example/v1", extra_body={"key": "hidden"}, writer="openai:m")
    run: RunInfo = read_run_info(run_folder).model_copy(update={"settings": secret})
    assert "inner.example" not in config_of(run)
    assert "hidden" not in config_of(run)
    assert unshown_settings(run) == ["base_url", "extra_body"]
    assert 'writer = "openai:m"' in config_of(run)


@pytest.mark.parametrize(
    "value", [True, 1, 1.5, 'a "quoted"\\ \n\t\x7f é 🌙', ["a", [1]], {"a b": {"c": [True]}, "d": ""}]
)
def test_values_are_toml(value: object) -> None:
    assert tomllib.loads(f"x = {toml_value(value)}") == {"x": value}


def test_licences_are_those_of_the_packages_behind_a_tool(pool: Pool) -> None:
    found = origins(pool.specs.values(), ["builtin"])
    assert found.keys() == pool.specs.keys()
    assert found["prime_factors"].source == "this project"
    assert found["prime_factors"].licence == "Apache-2.0"
    assert found["moon_at_moment"].source == "ephem"
    assert "holidays: " in found["check_public_holiday"].licence
    assert "pycountry" in found["check_public_holiday"].source
    assert licence_of_package("no-such-package") == NOT_DECLARED


def test_other_sources_have_the_licence_that_their_table_declares() -> None:
    spec = ToolSpec(name="t", description="", parameters={"type": "object"}, source="python")
    declared = SourceConfig(kind="python", target="my.py:TOOLS", licence="MIT").as_spec()
    assert origins([spec], [declared])["t"].licence == "MIT"
    assert origins([spec], ["python:my.py:TOOLS"])["t"] == ("python:my.py:TOOLS", NOT_DECLARED)
    # Whose of the two the tool is, nobody says.
    assert origins([spec], [declared, "python:other.py:TOOLS"])["t"].licence == NOT_DECLARED


def test_files_say_their_splits(tmp_path: Path) -> None:
    assert [split_of(name) for name in ("a.jsonl", "a.train.jsonl", "a.test.parquet", "test.jsonl")] == [
        "train",
        "train",
        "test",
        "train",
    ]
    (tmp_path / "a.test.jsonl").write_text("{}\n{}\n")
    (tmp_path / "a.train.jsonl").write_text("{}\n")
    (tmp_path / "a.contaminated.jsonl").write_text("{}\n")
    (tmp_path / ".a.jsonl.part").write_text("{}\n")
    assert [(file.split, file.rows) for file in data_files([tmp_path])] == [("train", 1), ("test", 2)]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--out", "{tmp}/there.md"], "exists"),
        (["--out", "{tmp}/x.md", "--data", "{tmp}/absent"], "does not exist"),
        (["--out", "{tmp}/x.md", "--report", "{tmp}/there.md"], "cannot be read"),
        (["--out", "{tmp}/x.md", "--report", "{tmp}/empty.json"], "no report of an export"),
    ],
)
def test_wrong_usage_is_refused(
    run_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    why: str,
) -> None:
    (tmp_path / "there.md").write_text("mine")
    (tmp_path / "empty.json").write_text("{}")
    assert card_call(monkeypatch, run_folder, *(option.format(tmp=tmp_path) for option in options)) == 2
    assert why in capsys.readouterr().err
    assert (tmp_path / "there.md").read_text() == "mine"
    assert not (tmp_path / "x.md").exists()


def test_costs_are_summed_over_all_samples(run_folder: Path, tmp_path: Path) -> None:
    lines = [json.loads(line) for line in (run_folder / "records.jsonl").read_text().splitlines()[:2]]
    for line, cost in zip(lines, (0.5, 0.25), strict=True):
        took = {"llm_calls": 2, "input_tokens": 100, "output_tokens": 10, "cost_usd": cost}
        line["meta"]["usage"].update(took, by_role={"repair": took})
        line["meta"]["models"] = {"propose": "some-model"}
    (tmp_path / "records.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n")
    from toolgrad_data.publish.card.writing import CardOptions, card

    text = card(CardOptions("x"), count_runs([tmp_path]), {})
    assert "4 model calls, 200 input tokens (0 cached) and 20 output tokens, rejected samples included: $0.75" in text
    assert "| repair | `some-model` | 2.00 | 100 | 10 | 0.3750 USD |" in text
    assert "| all |  | 2.00 | 100 | 10 | 0.3750 USD |" in text
    assert "45.9 model calls a sample, about 250 USD for 5,000, 0.05 USD each" in text
    lines[1]["meta"]["usage"]["cost_usd"] = lines[1]["meta"]["usage"]["by_role"]["repair"]["cost_usd"] = None
    (tmp_path / "records.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n")
    unpriced = card(CardOptions("x"), count_runs([tmp_path]), {})
    assert "unknown (a price is missing)" in unpriced
    assert "$0.75" not in unpriced
    assert "The runs' settings are not at hand." in text
    assert yaml.safe_load(text.split("---")[1])["license"] == "unknown"
