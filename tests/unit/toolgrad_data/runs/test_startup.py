"""What a process imports before it makes samples."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[4]
START = """
import gc, json, sys
from toolgrad_data.runs.settings import RunSettings
from toolgrad_data.runs.startup import import_workflow
import_workflow(RunSettings(samples=1, out="run", context={{"proposer": {proposer!r}}}), makes_samples={here!r})
import toolgrad_data.runs.runner
print(json.dumps({{"modules": sorted(sys.modules), "collects": gc.isenabled()}}))
"""


def started(proposer: str, *, here: bool = True) -> tuple[set[str], bool]:
    code = START.format(proposer=proposer, here=here)
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return set(found["modules"]), found["collects"]


def test_what_an_offline_run_does_without_is_not_imported() -> None:
    modules, collects = started("offline")
    assert {"toolgrad_data.runs.workflow", "langgraph.graph", "langsmith.client"} <= modules
    heavy = {"openai", "langchain_openai", "holidays", "pint", "numpy", "pycountry", "ray", "psycopg"}
    assert not heavy & modules
    assert collects


def test_the_client_is_there_only_where_models_are_asked() -> None:
    assert "langchain_openai" in started("openai:some-model")[0]
    assert "langchain_openai" not in started("openai:some-model", here=False)[0]
