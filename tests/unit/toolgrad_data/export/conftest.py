import asyncio
from pathlib import Path

import pytest

from graph.record import Record
from tests.unit.toolgrad_data.runs.helpers import settings
from toolgrad_data.runs.reading import read_records
from toolgrad_data.runs.runner import generate


@pytest.fixture(scope="session")
def real_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real run of 30 records: dependent ones and, made separately, single calls."""
    folder = tmp_path_factory.mktemp("runs") / "real"
    calls = "1:30,2:20,3-4:30,5-6:20"
    asyncio.run(generate(settings(folder, samples=30, seed=11, calls=calls, turns="1:100")))
    return folder


@pytest.fixture(scope="session")
def real_records(real_folder: Path) -> list[Record]:
    return list(read_records(real_folder))
