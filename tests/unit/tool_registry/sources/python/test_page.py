"""Pages of phrases beside a user's Python module, and the kinds of values that they speak of."""

import json
from pathlib import Path
from typing import Any

import pytest

from tool_registry.registry import ToolRegistry, load_registry
from tool_registry.tool import LoadError

SHOP = '''
from typing import Annotated, TypedDict
from pydantic import BaseModel, Field
from tool_registry.declare import Kind, annotate

Article = Annotated[str, Kind("article", "Article number.", pattern="^[A-Z][0-9]+$", again="that article")]
Pieces = Annotated[int, Kind("number of pieces", "How many pieces.", minimum=0, mention=["{} pieces"])]

class Shelf(TypedDict):
    row: Annotated[int, Kind("row", "Row of the shelf.", again="that row")]
    others: list[Article]

class Delivery(BaseModel):
    article: Annotated[Article, Kind("what comes")]
    day: Annotated[str, Field(title="day")]

class Deliveries(BaseModel):
    first: Delivery
    later: list[Delivery]

@annotate(read_only=True, deterministic=True)
def stock_level(article: Article, at_least: Pieces = 0) -> Annotated[int, Kind("stock", "Pieces in stock.")]:
    """Return how many pieces of an article are in stock."""
    return 12

@annotate(read_only=True, deterministic=True)
def shelf_of(article: Article) -> Shelf:
    """Return where an article lies."""
    return {"row": 3, "others": []}

@annotate(read_only=True, deterministic=True)
def deliveries(article: Article, days: Annotated[int, Field(ge=1)] = 7) -> Deliveries:
    """Return the deliveries of an article."""
    raise ValueError("none")

class Till:
    @annotate(read_only=True, deterministic=True)
    def price(self, article: Article) -> Annotated[float, Kind("price")]:
        """Return the price of an article."""
        return 1.5

TOOLS = [stock_level, shelf_of, deliveries, Till]
'''
PAGE = """\
# A comment.
[stock_level]
? how many pieces of {article} there are[, if
    {at_least} at least]
? What is the stock of {article}?
= There are {/stock?one:many} of {article}.
? whether {article} is there
= It is, {article}.
~ I wonder.

~ I have to know.
article examples: ["A1", "B2"]
at_least mention: at least {} | no fewer than {}; again: that many
examples: ["A1", ["B2", 3], {"article": "C3"}]

[shelf_of]
/row, /others/* refer: the place of {article} | where {article} lies

[deliveries]
/first/article refer: the first of {article}; again: that one
/later/*/day listed: the {#} day on that list

[Till.price]
? what {article} costs
= It costs that, {article}.
"""


def registry(folder: Path, page: str, code: str = SHOP, attribute: str = "TOOLS") -> ToolRegistry:
    (folder / "shop.py").write_text(code)
    (folder / "shop.phrases").write_text(page)
    return load_registry([f"python:{folder}/shop.py:{attribute}"])


def schemas(folder: Path, page: str, name: str) -> tuple[dict[str, Any], Any]:
    loaded = registry(folder, page)
    assert loaded.problems == []
    return loaded.specs[name].parameters, loaded.specs[name].output_schema


def test_a_page_says_what_a_tool_is_for(tmp_path: Path) -> None:
    parameters, _ = schemas(tmp_path, PAGE, "stock_level")
    assert parameters["x-phrases"] == {
        "intents": [
            {
                "ask": [
                    "how many pieces of {article} there are[, if {at_least} at least]",
                    "What is the stock of {article}?",
                ],
                "answer": ["There are {/stock?one:many} of {article}."],
            },
            {"ask": ["whether {article} is there"], "answer": ["It is, {article}."]},
        ],
        "situations": ["I wonder.", "I have to know."],
    }
    assert parameters["examples"] == [{"article": "A1"}, {"article": "B2", "at_least": 3}, {"article": "C3"}]
    assert parameters["properties"]["article"]["examples"] == ["A1", "B2"]
    assert parameters["properties"]["at_least"] == {
        "type": "integer",
        "title": "number of pieces",
        "description": "How many pieces.",
        "minimum": 0,
        "default": 0,
        "x-phrases": {"mention": ["at least {}", "no fewer than {}"], "again": "that many"},
    }


def test_a_page_speaks_of_members_of_results(tmp_path: Path) -> None:
    _, shelf = schemas(tmp_path, PAGE, "shelf_of")
    refer = ["the place of {article}", "where {article} lies"]
    assert shelf["properties"]["row"]["x-phrases"] == {"refer": refer, "again": "that row"}
    # A later line of a kind: the short name of the type is kept.
    assert shelf["properties"]["others"]["items"]["x-phrases"] == {"refer": refer, "again": "that article"}


def test_a_member_behind_a_reference_is_spoken_of_alone(tmp_path: Path) -> None:
    _, found = schemas(tmp_path, PAGE, "deliveries")
    first = found["properties"]["first"]["properties"]["article"]
    assert first["x-phrases"] == {"refer": ["the first of {article}"], "again": "that one"}
    later = found["properties"]["later"]["items"]["properties"]
    assert "x-phrases" not in later["article"]
    assert later["day"]["x-phrases"] == {"listed": "the {#} day on that list"}
    assert "x-again" not in json.dumps(found)


def test_methods_have_sections_too(tmp_path: Path) -> None:
    parameters, _ = schemas(tmp_path, PAGE, "price")
    assert parameters["x-phrases"]["intents"][0]["ask"] == ["what {article} costs"]
    parameters, _ = schemas(tmp_path, PAGE.replace("[Till.price]", "[price]"), "price")
    assert parameters["x-phrases"]["intents"][0]["ask"] == ["what {article} costs"]


def test_a_changed_page_is_read_again(tmp_path: Path) -> None:
    schemas(tmp_path, PAGE, "stock_level")
    parameters, _ = schemas(tmp_path, PAGE.replace("~ I wonder.", "~ I am curious."), "stock_level")
    assert parameters["x-phrases"]["situations"][0] == "I am curious."


def test_without_a_page_nothing_is_said(tmp_path: Path) -> None:
    parameters, shelf = schemas(tmp_path, "", "shelf_of")
    assert "x-phrases" not in parameters
    assert "x-phrases" not in shelf["properties"]["row"]
    assert "x-again" not in json.dumps(shelf)


@pytest.mark.parametrize(
    ("page", "what"),
    [
        ("[stock_level]\n? what it is\n", "line 2: an intent needs .* none with '=' beside: 'what it is'"),
        ("[stock_level]\n= It is.\n", r"line 2: .* none with '\?' beside: 'It is.'"),
        ("[stock_level]\n? what\n\n= It is {/y}.\n", "line 2: .* none with '='"),
        ("[stock_level]\n\n* what\n", r"line 3: begin a line with .* or indent it to go on: '\* what'"),
        ("[stock_level]\n?what\n= It is.\n", "line 2: begin a line with"),
        ("[stock_level]\n? what\n=\n", "line 3: nothing stands after '='"),
        ("? what\n", r"line 1: a page begins with the name of a tool, such as \[stock_level\], not '\? what'"),
        ("[stock_level]\n\n[stock_level]\n", r"line 3: \[stock_level\] is there already, in line 1"),
        ("[stock_level]\narticle mention:\n", "line 2: nothing stands after 'mention:'"),
        ("[stock_level]\nmention: {}\n", "line 2: begin a line with"),
        (
            "[stock_level]\narticle examples: A1, B2\n",
            r"line 2: examples are a list as JSON has it, such as \[3, 4.5\]",
        ),
        ("[stock_level]\nexamples: {}\n", "line 2: examples are a list as JSON has it"),
        ("[stock_level]\nexamples: [[1, 2, 3]]\n", "line 2: .* more values than the parameters article, at_least"),
        (
            "[stock_level]\n? how many {artikle}\n= {article}.\n",
            "line 2: the tool has no parameter 'artikle'. Did you mean 'article'",
        ),
        (
            "[stock_level]\nartikel mention: a {}\n",
            "line 2: the tool has no parameter 'artikel'. Did you mean 'article'",
        ),
        (
            "[shelf_of]\n/rows refer: the row of {article}\n",
            "line 2: the result has no member '/rows'. Did you mean '/row'",
        ),
        (
            "[shelf_of]\n? where\n= In {/others/*} and {/rwo?a row:rows}.\n",
            "line 3: the result has no member '/rwo'. Did you mean '/row'",
        ),
        (
            "[deliveries]\n? what\n= It is {/first/article} and {/later/0/artikel}.\n",
            "line 3: the result has no member '/later/0/artikel'. Did you mean",
        ),
        ("[shelf_of]\n/row refer: the row of {x}\n", "line 2: the tool has no parameter 'x'. There are: article"),
    ],
)
def test_a_mistake_on_a_page_is_named_with_its_line(tmp_path: Path, page: str, what: str) -> None:
    name = page.partition("[")[2].partition("]")[0] or "stock_level"
    with pytest.raises(LoadError, match=f"shop.phrases, {what}"):
        registry(tmp_path, page, attribute=name if name.isidentifier() and "{" not in name else "stock_level")


def test_a_section_that_names_nothing_is_a_problem(tmp_path: Path) -> None:
    loaded = registry(tmp_path, "[stock_levle]\n~ I wonder.\n", attribute="stock_level")
    (problem,) = loaded.problems
    assert problem.endswith(
        "shop.phrases, line 1: [stock_levle] names nothing in the module. Did you mean 'stock_level'?"
    )


async def test_a_function_of_kinds_gets_what_json_has(tmp_path: Path) -> None:
    code = """
from typing import Annotated
from tool_registry.declare import Kind

def twice(number: Annotated[int, Kind("number")], factor: Annotated[float, Kind("factor")]) -> str:
    return f"{number!r} {factor!r}"
"""
    tool = registry(tmp_path, "", code, "twice").get("twice")
    assert await tool.call({"number": 3.0, "factor": 2}) == "3 2"


def test_the_page_and_the_kinds_of_the_documentation_work(tmp_path: Path) -> None:
    text = (
        (Path(__file__).parents[5] / "docs" / "phrases.md").read_text(encoding="utf-8").partition("## A page beside")[2]
    )
    _, page, _, code, *_ = text.split("```")
    code = (
        f"from typing import Annotated, TypedDict\n{code.removeprefix('python')}\n"
        "class Stock(TypedDict):\n    pieces: Annotated[int, Kind('pieces')]\n\n"
        "def stock_level(article: Article, spare: Spare = 'A1', size: Size = 'S') -> Stock:\n    return {'pieces': 1}\n"
    )
    loaded = registry(tmp_path, page, code, "stock_level")
    assert loaded.problems == []
    spec = loaded.specs["stock_level"]
    properties = spec.parameters["properties"]
    assert spec.parameters["examples"] == [{"article": "A100"}, {"article": "B200"}]
    assert properties["article"]["x-phrases"] == {"mention": ["article {}", "{}"], "again": "that article"}
    assert properties["spare"]["x-phrases"] == {"mention": ["spare part {}"], "again": "that article"}
    assert properties["size"]["oneOf"] == [{"const": "S", "title": "small"}, {"const": "L", "title": "large"}]
    assert spec.output_schema is not None
    assert spec.output_schema["properties"]["pieces"]["x-phrases"]["again"] == "that stock"
