"""What a process imports before it makes samples, and the packages that are loaded when they are asked for."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from toolgrad_data.startup import defer

REPOSITORY = Path(__file__).parents[3]
START = """
import gc, json, sys
from toolgrad_data.settings import RunSettings
from toolgrad_data.startup import import_workflow
import_workflow(RunSettings(samples=1, out="run", context={{"proposer": {proposer!r}}}), makes_samples={here!r})
{then}
print(json.dumps({{"modules": sorted(sys.modules), "collects": gc.isenabled()}}))
"""


def started(proposer: str, *, here: bool = True, then: str = "") -> tuple[set[str], bool]:
    code = START.format(proposer=proposer, here=here, then=then)
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return set(found["modules"]), found["collects"]


def test_what_an_offline_run_does_without_is_not_imported() -> None:
    modules, collects = started("offline")
    assert {"toolgrad_data.runner", "langgraph.graph", "langsmith.client"} <= modules
    heavy = {"openai", "langchain_openai", "holidays", "pint", "numpy", "pycountry", "ray", "psycopg"}
    assert not heavy & modules
    assert not [name for name in modules if name.startswith("langsmith.types.") and name.count(".") == 2][5:]
    assert collects


def test_the_client_is_there_only_where_models_are_asked() -> None:
    assert "langchain_openai" in started("openai:some-model")[0]
    assert "langchain_openai" not in started("openai:some-model", here=False)[0]


def test_langsmith_models_are_there_when_they_are_asked_for() -> None:
    then = "\n".join(
        (
            "from langsmith.types import RunSelectField, Run",
            "import langsmith.types.run",
            "assert langsmith.types.run.Run is Run",
            "assert type(sys.modules['langsmith.types']) is type(sys)",
        )
    )
    assert "langsmith.types.workspace_secret" in started("offline", then=then)[0]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    name = "shop_of_modules"
    folder = tmp_path / name / "kinds"
    folder.mkdir(parents=True)
    (tmp_path / name / "__init__.py").write_text("")
    (folder / "__init__.py").write_text("from .tea import TEA\nfrom .cup import CUP\n")
    (folder / "tea.py").write_text("TEA = 'tea'\n")
    (folder / "cup.py").write_text("from . import tea\nCUP = tea.TEA + ' cup'\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    for module in (name, *(f"{name}.kinds{rest}" for rest in ("", ".tea", ".cup"))):
        monkeypatch.delitem(sys.modules, module, raising=False)
    return name


def test_a_module_of_a_deferred_package_is_imported_alone(package: str) -> None:
    defer(f"{package}.kinds")
    tea = __import__(f"{package}.kinds.tea", fromlist=["TEA"])
    assert tea.TEA == "tea"
    assert f"{package}.kinds.cup" not in sys.modules
    kinds = __import__(f"{package}.kinds", fromlist=["CUP"])
    assert kinds.CUP == "tea cup"
    with pytest.raises(AttributeError, match="no attribute 'milk'"):
        _ = kinds.milk


def test_what_is_not_there_or_is_there_already_is_left_alone(package: str) -> None:
    defer("no_such_package.at_all")
    defer(f"{package}.missing")
    kinds = __import__(f"{package}.kinds", fromlist=["TEA"])
    defer(f"{package}.kinds")
    assert sys.modules[f"{package}.kinds"] is kinds
    assert "no_such_package.at_all" not in sys.modules
    assert f"{package}.missing" not in sys.modules
