import sys
import traceback
from pathlib import Path

import pytest

from tests.unit.tool_registry.making import run
from tool_registry.permissions import Permissions
from tool_registry.sources.parse import parse_spec
from tool_registry.sources.python.source import load
from tool_registry.tool import Loaded, LoadError

ALL = Permissions(allow_unannotated=True)

TOOLS = '''
from __future__ import annotations
import dataclasses
import functools
from langchain_core.tools import BaseToolkit, tool
from tool_registry.declare import annotate

NUMBER = 3
WORDS = {"a": 1}

@dataclasses.dataclass
class Money:
    amount: float

def double(n: int) -> Money:
    """Double it."""
    return Money(2.0 * n)

@tool
def triple(n: int) -> int:
    """Triple it."""
    return 3 * n

TOOLS = [double, (triple,)]

class Base:
    def inherited(self) -> str:
        """Say it."""
        return "base"

@annotate(read_only=True, category="order desk")
class OrderDesk(Base):
    open = True

    def __init__(self, orders: int = 2) -> None:
        self.orders = orders

    @property
    def broken(self) -> int:
        raise RuntimeError("a property was touched")

    def count(self) -> int:
        """Count the orders."""
        return self.orders

    @annotate(read_only=False)
    def cancel(self, order: str) -> bool:
        """Cancel an order."""
        return True

    @staticmethod
    def tax(price: float) -> float:
        return price * 0.2

    @classmethod
    def name(cls) -> str:
        return cls.__name__

    def helper(self, anything):
        return anything

    def _private(self) -> int:
        return 0

DESK = OrderDesk(5)

class NeedsArguments:
    def __init__(self, key: str) -> None: ...

class Nothing:
    def _hidden(self) -> None: ...

class Kit(BaseToolkit):
    def get_tools(self):
        return [triple]

KIT = Kit()
'''


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "shop_tools.py").write_text(TOOLS)
    return tmp_path


def loaded(text: str) -> Loaded:
    return load(parse_spec(text))


def failure(text: str) -> str:
    with pytest.raises(LoadError) as caught:
        loaded(text)
    return str(caught.value)


async def test_a_function_of_a_file(here: Path) -> None:
    (tool,) = loaded("python:shop_tools.py:double").tools
    assert (tool.spec.name, tool.spec.category) == ("double", "shop tools")
    assert tool.spec.output_schema == {
        "type": "object",
        "properties": {"amount": {"type": "number"}},
        "required": ["amount"],
    }
    assert (await run(tool, {"n": 4}, permissions=ALL)).content == {"amount": 8.0}


def test_a_file_may_lie_anywhere(
    here: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    before = set(sys.modules)
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert [tool.spec.name for tool in loaded(f"python:{here}/shop_tools.py:double").tools] == ["double"]
    assert "cannot read shop_tools.py" in failure("python:shop_tools.py:double")
    added = {name for name in set(sys.modules) - before if "shop" in name or "tools" in name.lower()}
    assert all(name.startswith("_toolgrad_tools_") for name in added)


def test_a_file_is_read_once_and_again_when_it_changed(here: Path) -> None:
    path = here / "counted.py"
    path.write_text("import os\nLOADS = os.environ\nclass T:\n    def one(self) -> int: return 1\n")
    first = loaded("python:counted.py:T").tools[0].spec.name
    module = [each for each in sys.modules.values() if getattr(each, "__file__", None) == str(path)]
    loaded("python:counted.py:T")
    assert [each for each in sys.modules.values() if getattr(each, "__file__", None) == str(path)] == module
    path.write_text("class T:\n    def two(self) -> int: return 2\n")
    assert (first, loaded("python:counted.py:T").tools[0].spec.name) == ("one", "two")


def test_a_module_of_the_working_directory(here: Path) -> None:
    package = here / "shop_of_mine"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "daily_prices.py").write_text("def price(item: str) -> float: return 1.0\n")
    (tool,) = loaded("python:shop_of_mine.daily_prices:price").tools
    assert tool.spec.category == "daily prices"
    for name in [each for each in sys.modules if each.startswith("shop_of_mine")]:
        del sys.modules[name]


def test_a_list_of_either(here: Path) -> None:
    tools = loaded("python:shop_tools.py:TOOLS").tools
    assert [(tool.spec.name, tool.spec.source) for tool in tools] == [
        ("double", "python"),
        ("triple", "langchain"),
    ]
    assert {tool.spec.category for tool in tools} == {"shop tools"}


ODD = '''
from collections.abc import Callable
from langchain_core.tools import BaseTool
from pydantic import BaseModel

def good(n: int) -> int:
    """Double a number."""
    return 2 * n

def positional(a: int, /, b: int = 2**80) -> int:
    """Add two numbers."""
    return a + b

def untyped(a): ...
def stars(*numbers: int): ...
def names(**names: int): ...
def unknown(a: "Nowhere") -> int: ...
def callback(a: Callable[[int], int]) -> int: ...
def generator(n: int): yield n

class Hostile(BaseTool):
    name: str = "hostile"
    description: str = "Fails when it is read."

    @property
    def tool_call_schema(self):
        raise RuntimeError("no schema today")

    def _run(self, n: int) -> int: ...

class Desk:
    def count(self) -> int: ...
    def helper(self, anything): ...

class Plain:
    pass

TOOLS = [good, untyped, stars, names, unknown, callback, generator, Hostile(), 5, None, {}, int, Plain(), Desk(),
         [positional, [untyped]]]
BAD = [untyped, 5]
'''


async def test_what_cannot_be_a_tool_costs_itself_and_is_named(here: Path) -> None:
    (here / "odd.py").write_text(ODD)
    found = loaded("python:odd.py:TOOLS")
    assert [tool.spec.name for tool in found.tools] == ["good", "count", "positional"]
    assert (await run(found.tools[2], {"a": 1, "b": 2}, permissions=ALL)).content == 3
    # A default that no call could carry is left to the function.
    assert "default" not in found.tools[2].spec.parameters["properties"]["b"]
    places = ["[1]", "[2]", "[3]", "[4]", "[5]", "[6]", "[7]", "[8]", "[9]", "[10]", "[11]", "[12]", "", "[14][1][0]"]
    names = [
        "untyped", "stars", "names", "unknown", "callback", "generator", "hostile", "is a int", "NoneType", "dict",
        "class int", "Plain", "Desk.helper", "untyped",
    ]  # fmt: skip
    assert len(found.problems) == len(places)
    for problem, place, name in zip(found.problems, places, names, strict=True):
        assert f"odd.py:TOOLS{place}" in problem or not place
        assert name in problem
        assert "\n" not in problem
    assert "no schema today" in found.problems[6]
    said = failure("python:odd.py:BAD")
    assert "untyped" in said
    assert "is a int" in said


@pytest.mark.parametrize(("attribute", "orders"), [("OrderDesk", 2), ("DESK", 5)])
async def test_an_objects_public_methods(here: Path, attribute: str, orders: int) -> None:
    found = loaded(f"python:shop_tools.py:{attribute}")
    tools = {tool.spec.name: tool for tool in found.tools}
    assert sorted(tools) == ["cancel", "count", "inherited", "name", "tax"]
    assert {tool.spec.category for tool in found.tools} == {"order desk"}
    assert tools["count"].spec.annotations.read_only is True
    assert tools["cancel"].spec.annotations.read_only is False
    assert (await run(tools["count"])).content == orders
    assert (await run(tools["tax"], {"price": 10})).content == 2.0
    assert (await run(tools["name"])).content == "OrderDesk"
    (problem,) = found.problems
    assert problem.startswith("OrderDesk.helper is skipped: helper has no type hint for parameter 'anything'")


def test_one_method_by_its_dotted_name(here: Path) -> None:
    assert [tool.spec.name for tool in loaded("python:shop_tools.py:DESK.count").tools] == ["count"]


def test_a_langchain_toolkit(here: Path) -> None:
    assert [tool.spec.name for tool in loaded("python:shop_tools.py:KIT").tools] == ["triple"]


@pytest.mark.parametrize(
    ("attribute", "said"),
    [
        ("NUMBER", "shop_tools.py:NUMBER is a int: it must be a function with type hints, a LangChain tool"),
        ("WORDS", "is a dict"),
        ("functools", "is a module"),
        ("NeedsArguments", "cannot be made without arguments (TypeError"),
        ("Nothing", "is a Nothing without a public method"),
        ("Tools", "has no attribute 'Tools'. Did you mean"),
        ("zzz", "has no attribute 'zzz'. It has: Money"),
        ("DESK.cuont", "has no attribute 'DESK.cuont'"),
    ],
)
def test_attributes_that_are_no_tools(here: Path, attribute: str, said: str) -> None:
    assert said in failure(f"python:shop_tools.py:{attribute}")


def test_a_function_without_type_hints(here: Path) -> None:
    (here / "bare.py").write_text("def weather(city, days: int = 3):\n    return city\n")
    said = failure("python:bare.py:weather")
    assert "weather has no type hint for parameter 'city' (line 1)" in said
    assert "def weather(city: str)" in said
    (here / "bare_list.py").write_text("def weather(city):\n    return city\nTOOLS = [weather]\n")
    assert "'city'" in failure("python:bare_list.py:TOOLS")


def test_an_import_error_leads_to_the_users_line(here: Path) -> None:
    (here / "inner.py").write_text("import json\n\ndef read():\n    return json.loads('{')\n")
    (here / "outer.py").write_text("import inner\n\nVALUE = inner.read()\n")
    with pytest.raises(LoadError) as caught:
        loaded("python:outer:VALUE")
    said = str(caught.value)
    assert said.startswith("cannot import outer: json.decoder.JSONDecodeError")
    # The last line of user code, not the one of the json package in which it was raised.
    assert "(inner.py, line 4: return json.loads('{'))" in said
    assert isinstance(caught.value.__cause__, ValueError)
    assert "json.loads" in "".join(traceback.format_exception(caught.value))
    assert "outer" not in sys.modules
    del sys.modules["inner"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "import no_such_package_at_all\n",
            "No module named 'no_such_package_at_all' (broken.py, line 1: import",
        ),
        ("x = 1\ny = x / 0\n", "ZeroDivisionError: division by zero (broken.py, line 2: y = x / 0)"),
        ("def f(:\n", "SyntaxError: invalid syntax (broken.py, line 1: def f(:)"),
        (
            "import sys\nsys.exit(2)\n",
            "(broken.py, line 2: sys.exit(2)). Put what runs the program under `if __name__",
        ),
        ("from . import sibling\n", "ImportError: attempted relative import"),
        ("\0", "cannot import broken.py"),
    ],
)
def test_a_file_that_cannot_be_imported(here: Path, text: str, said: str) -> None:
    (here / "broken.py").write_text(text)
    before = set(sys.modules)
    assert said in failure("python:broken.py:TOOLS")
    assert not [name for name in set(sys.modules) - before if name.startswith("_toolgrad_tools_")]


def test_a_file_that_imports_its_neighbour_is_told_how(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = here / "folder"
    folder.mkdir()
    (folder / "neighbour_of_tools.py").write_text("def f(n: int) -> int: return n\n")
    (folder / "tools.py").write_text("from neighbour_of_tools import f\n")
    assert "put their folder on PYTHONPATH" in failure("python:folder/tools.py:f")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("python:no_such_module:x", "there is no module 'no_such_module' (for python:no_such_module)"),
        ("python:json.nothing:x", "there is no module 'json.nothing'"),
        ("python:missing.py:x", "cannot read missing.py: No such file or directory"),
        ("python:.py:x", "cannot read .py"),
    ],
)
def test_what_is_not_there(here: Path, text: str, said: str) -> None:
    assert said in failure(text)


def test_a_folder_named_like_a_file(here: Path) -> None:
    (here / "folder.py").mkdir()
    assert "cannot read folder.py: Is a directory" in failure("python:folder.py:x")


def test_a_working_directory_shadows_nothing(here: Path) -> None:
    (here / "json.py").write_text("raise RuntimeError('shadowed')\n")
    (here / "uses_json.py").write_text("import json\ndef f(n: int) -> str: return json.dumps(n)\n")
    assert len(loaded("python:uses_json:f").tools) == 1
    del sys.modules["uses_json"]


def test_our_own_toolkit_is_found_by_the_name_that_older_runs_have() -> None:
    config = parse_spec("python:tool_registry.toolkits.ticket_desk:TicketDesk")
    assert {tool.spec.name for tool in load(config).tools} >= {"create_ticket", "close_ticket"}
