"""A real run, and what data sets are made of it with."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from graph.record import Record
from tests.unit.toolgrad_data.runs.helpers import settings
from tool_registry.spec import ToolSpec
from toolgrad_data.export.conversation import Example
from toolgrad_data.export.datasets.likeness import ToolIndex, families
from toolgrad_data.export.datasets.trials import Trials, trials_of
from toolgrad_data.export.pipeline import examples_of
from toolgrad_data.export.report import ExportReport
from toolgrad_data.export.stages import tool_pool
from toolgrad_data.runs.runner import generate
from toolgrad_data.runs.store import read_run_info


@dataclass(frozen=True)
class Pool:
    specs: Mapping[str, ToolSpec]
    index: ToolIndex
    families: Mapping[str, str]


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "sixty"
    asyncio.run(generate(settings(folder, samples=60, seed=23, turns="1:100")))
    return folder


@pytest.fixture(scope="session")
def examples(run_folder: Path) -> list[Example]:
    return list(examples_of([run_folder], ExportReport("test")))


@pytest.fixture(scope="session")
def records(examples: list[Example]) -> list[Record]:
    return [example.record for example in examples if example.record is not None]


@pytest.fixture(scope="session")
def pool(run_folder: Path) -> Pool:
    specs = tool_pool([run_folder])
    index = ToolIndex(specs)
    return Pool(specs, index, families(index))


@pytest.fixture(scope="session")
def trials(run_folder: Path) -> Iterator[Trials]:
    with trials_of(read_run_info(run_folder).settings) as (found, why):
        assert found is not None, why
        yield found
