from pathlib import Path
from typing import Any

import pytest

from tests.unit.tool_registry.making import run
from tool_registry.permissions import Permissions
from tool_registry.sources.config import SourceConfig
from tool_registry.sources.langchain import load
from tool_registry.tool import Loaded, LoadError

ALL = Permissions(allow_unannotated=True)

KIT = '''
import asyncio, threading
from langchain_core.tools import BaseToolkit, StructuredTool, tool
from langchain_core.tools import InjectedToolArg
from typing import Annotated

@tool(response_format="content_and_artifact")
def forecast(city: str) -> tuple[str, dict]:
    """Forecast the weather."""
    return f"Sunny in {city}.", {"city": city, "celsius": 21}

@tool
def needs_state(state: Annotated[dict, InjectedToolArg]) -> str:
    """Need what only an agent has."""
    return "x"

stock = StructuredTool.from_function(
    func=lambda article: {"article": article, "pieces": 3}, name="stock", description="Stock.",
    args_schema={"type": "object", "properties": {"article": {"type": "string"}}, "required": ["article"]},
    metadata={"readOnlyHint": True, "category": "shop"}, tags=["deterministic"],
)

class Kit(BaseToolkit):
    def get_tools(self):
        return [forecast, stock]

class Duck:
    def __init__(self, prefix="", fail=False):
        if fail: raise RuntimeError("no such account")
        self.prefix = prefix
    async def get_tools(self):
        await asyncio.sleep(0)
        self.loop = asyncio.get_running_loop()
        async def hello(name: str) -> dict:
            """Say hello."""
            return {"said": f"{self.prefix} {name}"}
        return [StructuredTool.from_function(coroutine=hello, name="hello")]

def make(prefix="made"):
    return Duck(prefix)

KIT, DUCK, MIXED, NUMBER = Kit(), Duck("Dear"), [forecast, needs_state, Kit()], 3
'''


@pytest.fixture
def kit(tmp_path: Path) -> Any:
    (tmp_path / "kit_tools.py").write_text(KIT)

    def loaded(attribute: str, **options: Any) -> Loaded:
        return load(SourceConfig(kind="langchain", target=f"{tmp_path}/kit_tools.py:{attribute}", options=options))

    return loaded


def names(loaded: Loaded) -> list[str]:
    return [tool.spec.name for tool in loaded.tools]


@pytest.mark.parametrize(
    ("attribute", "found"),
    [
        ("stock", ["stock"]),
        ("KIT", ["forecast", "stock"]),
        ("Kit", ["forecast", "stock"]),
        ("DUCK", ["hello"]),
        ("Duck", ["hello"]),
        ("make", ["hello"]),
    ],
)
def test_what_a_name_may_stand_for(kit: Any, attribute: str, found: list[str]) -> None:
    assert names(kit(attribute)) == found


async def test_an_async_listing_and_options(kit: Any) -> None:
    # On a running loop, as it happens when a test or a notebook loads tools synchronously.
    (hello,) = kit("Duck", prefix="Hi").tools
    assert (await run(hello, {"name": "Mia"}, permissions=ALL)).content == {"said": "Hi Mia"}


async def test_metadata_is_read(kit: Any) -> None:
    (stock,) = kit("stock").tools
    assert (stock.spec.annotations.read_only, stock.spec.annotations.deterministic) == (True, True)
    assert (stock.spec.category, stock.spec.source) == ("shop", "langchain")
    assert (await run(stock, {"article": "A"})).content == {"article": "A", "pieces": 3}


@pytest.mark.parametrize(
    ("artifact", "content"),
    [
        ("leave", "Sunny in Oslo."),
        ("use", {"city": "Oslo", "celsius": 21}),
        ("both", {"content": "Sunny in Oslo.", "artifact": {"city": "Oslo", "celsius": 21}}),
    ],
)
async def test_artifacts(kit: Any, artifact: str, content: Any) -> None:
    forecast, stock = kit("KIT", artifact=artifact).tools
    assert (await run(forecast, {"city": "Oslo"}, permissions=ALL)).content == content
    assert (await run(stock, {"article": "A"})).content == {"article": "A", "pieces": 3}


def test_a_tool_that_cannot_be_had_does_not_stop_the_others(kit: Any) -> None:
    loaded = kit("MIXED")
    assert names(loaded) == ["forecast", "forecast", "stock"]
    assert len(loaded.problems) == 1
    assert "needs_state" in loaded.problems[0]
    with pytest.raises(LoadError, match="needs_state"):
        kit("needs_state")


@pytest.mark.parametrize(
    ("attribute", "options", "said"),
    [
        ("NUMBER", {}, "is a int: kind langchain takes a LangChain tool"),
        ("KIT", {"prefix": "x"}, "is made already: options prefix would go to"),
        ("Duck", {"fail": True}, "failed (RuntimeError: no such account) (kit_tools.py, line"),
        ("Duck", {"nothing": 1}, "unexpected keyword argument 'nothing'"),
        ("KIT", {"artifact": "keep"}, "options.artifact is leave, use or both, not 'keep'"),
        ("kit", {}, "Did you mean"),
    ],
)
def test_what_is_refused(kit: Any, attribute: str, options: dict[str, Any], said: str) -> None:
    with pytest.raises(LoadError) as caught:
        kit(attribute, **options)
    assert said in str(caught.value)
