"""What `datasets` makes of our files: every member there, none added, no argument changed."""

import contextlib
import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from graph.record import Record
from tests.unit.toolgrad_data.export.own_formats import FORMATS
from tests.unit.toolgrad_data.export.records import dependent, parallel
from toolgrad_data.export.conversation import Example, UnfitError, says, user
from toolgrad_data.export.formats.row_form import USUAL, RowForm
from toolgrad_data.export.from_record import example_of

# Looked for, not imported: collecting this file should not take seconds.
pytestmark = pytest.mark.skipif(importlib.util.find_spec("datasets") is None, reason="needs datasets (the extra dev)")


TEXT = RowForm(arguments_as_text=True, tools_as_text=True)


def written(name: str, records: list[Record], folder: Path, form: RowForm = USUAL) -> tuple[Path, list[dict[str, Any]]]:
    """The file as a sink leaves it, and the rows that went into it."""
    format = FORMATS[name].in_form(form)
    path = folder / f"data.{'parquet' if name == 'parquet' else 'jsonl'}"
    sink = format.sink(path)
    rows: list[dict[str, Any]] = []
    for record in records:
        try:
            made = format.rows(example_of(record), len(rows))
        except UnfitError:
            continue
        sink.add(*made)
        rows += made
    sink.finish()
    sink.commit()
    assert rows
    return path, rows


def loaded(path: Path, folder: Path) -> list[Any]:
    import datasets

    kind = "parquet" if path.suffix == ".parquet" else "json"
    return list(datasets.load_dataset(kind, data_files=str(path), split="train", cache_dir=str(folder / "cache")))


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    import datasets

    datasets.disable_progress_bars()


@pytest.fixture
def exact_floats(monkeypatch: pytest.MonkeyPatch) -> None:
    """The two lines of docs/datasets.md: pandas' JSON reader, which `datasets` uses, makes 1.59 1.5899999999999999."""
    import pandas.io.json

    monkeypatch.setattr(pandas.io.json, "ujson_loads", json.loads)
    monkeypatch.setattr(pandas.io.json, "ujson_dumps", json.dumps)


def nearly(value: Any) -> Any:
    """The value with its floats as the nearest that pandas' reader may make of them."""
    if isinstance(value, float):
        return pytest.approx(value, rel=1e-9)
    if isinstance(value, list):
        return [nearly(one) for one in value]
    return {name: nearly(one) for name, one in value.items()} if isinstance(value, dict) else value


LINES = sorted(set(FORMATS) - {"bfcl"})


@pytest.mark.parametrize("name", LINES)
def test_nothing_is_added_or_lost(name: str, real_records: list[Record], tmp_path: Path) -> None:
    path, rows = written(name, [*real_records, parallel(), dependent()], tmp_path)
    assert loaded(path, tmp_path) == nearly(rows)


@pytest.mark.usefixtures("exact_floats")
@pytest.mark.parametrize("name", LINES)
def test_every_value_is_the_same(name: str, real_records: list[Record], tmp_path: Path) -> None:
    path, rows = written(name, [*real_records, parallel(), dependent()], tmp_path)
    found = loaded(path, tmp_path)
    assert found == rows
    assert [FORMATS[name].calls(row) for row in found] == [FORMATS[name].calls(row) for row in rows]


@pytest.mark.usefixtures("exact_floats")
def test_bfcls_lines_are_the_same(real_records: list[Record], tmp_path: Path) -> None:
    sink = FORMATS["bfcl"].sink(tmp_path / "bfcl")
    for record in [*real_records, parallel()]:
        with contextlib.suppress(UnfitError):
            sink.add(*FORMATS["bfcl"].rows(example_of(record), 0))
    sink.finish()
    files = sink.commit()
    assert len(files) > 3
    for file in files:
        assert loaded(file, tmp_path) == [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


@pytest.mark.usefixtures("exact_floats")
def test_rows_without_tools_have_none(tmp_path: Path) -> None:
    with_tools = example_of(parallel())
    without = Example("x", (user("Hi"), says("Hello.")), (), kind="chit_chat")
    for name in ("trl", "trl-completion", "axolotl"):
        path = tmp_path / f"{name}.jsonl"
        sink = FORMATS[name].sink(path)
        rows = [row for example in (without, with_tools, without) for row in FORMATS[name].rows(example, 0)]
        sink.add(*rows)
        sink.finish()
        sink.commit()
        assert loaded(path, tmp_path) == rows
        assert [row["tools"] is None for row in rows] == [True, False, True]


@pytest.mark.parametrize("name", [name for name in LINES if not name.startswith("trl")])
def test_arguments_as_text_or_in_a_table_are_exact_without_more(
    name: str, real_records: list[Record], tmp_path: Path
) -> None:
    path, rows = written(name, [*real_records, parallel(), dependent()], tmp_path)
    assert [FORMATS[name].calls(row) for row in loaded(path, tmp_path)] == [FORMATS[name].calls(row) for row in rows]


@pytest.mark.parametrize("name", ["trl", "trl-completion"])
def test_rows_of_text_are_exact_without_more(name: str, real_records: list[Record], tmp_path: Path) -> None:
    path, rows = written(name, [*real_records, parallel(), dependent()], tmp_path, TEXT)
    assert loaded(path, tmp_path) == rows


def train_trl() -> ModuleType:
    """The script of examples/train, without what it trains with."""
    spec = importlib.util.spec_from_file_location("sft", Path(__file__).parents[5] / "examples" / "train" / "sft.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_training_script_takes_objects_of_a_new_enough_library_alone(
    real_records: list[Record], tmp_path: Path
) -> None:
    check = train_trl().refuse_old_datasets
    objects, _ = written("trl", real_records, tmp_path)
    for version in ("4.7.0", "4.8.1", "5.2.0"):
        check(str(objects), version)
    for version in ("3.4.1", "4.0.0", "4.3.0", "4.6.1"):
        with pytest.raises(SystemExit, match=f"datasets {version} fills .*(\n.*)+datasets>=4.7"):
            check(str(objects), version)
    text, _ = written("trl", real_records, tmp_path, TEXT)
    check(str(text), "4.3.0")
    for half in (RowForm(arguments_as_text=True), RowForm(tools_as_text=True)):
        path, _ = written("trl", real_records, tmp_path, half)
        with pytest.raises(SystemExit):
            check(str(path), "4.3.0")


@pytest.mark.usefixtures("exact_floats")
def test_the_training_script_loads_what_was_written(
    real_records: list[Record], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import datasets

    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", str(tmp_path / "cache"))
    path, rows = written("trl", real_records, tmp_path)
    assert list(train_trl().load_exactly(str(path))) == rows
