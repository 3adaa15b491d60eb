"""Tools named in several styles: alike in schemas, calls, messages and words, no two the same, the same every time."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.unit.toolgrad_data.conftest import Pool
from tests.unit.toolgrad_data.export.exporting import export_to, rows_of
from tool_registry.spec import ToolSpec
from toolgrad_data.errors import UsageError
from toolgrad_data.export.conversation import Call, Example, Message, Tool, calling, says, tool_answer, user
from toolgrad_data.export.datasets.candidates import Candidates
from toolgrad_data.export.datasets.tool_names import ToolNames, words_of_name
from toolgrad_data.export.formats import FORMATS
from toolgrad_data.export.formats.python_calls import read_python_calls
from toolgrad_data.export.name_styles import STYLES, NameStyle, parse_names
from toolgrad_data.export.report import ExportReport

MIXED = parse_names("mixed", STYLES, "trl")


def spec(name: str, category: str = "general") -> ToolSpec:
    return ToolSpec(name=name, description=name, parameters={"type": "object"}, category=category, source="python")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("getHTTPCode2", "get http code2"),
        ("get_http_code2", "get http code2"),
        ("get-http.code2", "get http code2"),
        ("GET /users/{id}", "get users id"),
        ("CO2Emission", "co2 emission"),
        ("größe_2", "gr öß e 2"),
        ("___", ""),
    ],
)
def test_a_name_is_read_as_words(name: str, words: str) -> None:
    assert words_of_name(name) == words.split()


@pytest.mark.parametrize(
    ("style", "name", "category", "new"),
    [
        ("snake", "cityLocation", "cities", "city_location"),
        ("camel", "city_location", "cities", "cityLocation"),
        ("pascal", "city-location", "cities", "CityLocation"),
        ("dotted", "city_location_now", "cities", "city.location_now"),
        ("dotted", "forecast", "weather reports", "weather_reports.forecast"),
        ("dotted", "forecast", "general", "forecast"),
        ("dotted", "cities", "cities", "cities"),
        ("pascal", "---", "general", "---"),
        # As long as a name may be; another style would be longer.
        ("snake", "aB" * 32, "general", "aB" * 32),
    ],
)
def test_each_style_has_its_form(style: NameStyle, name: str, category: str, new: str) -> None:
    assert ToolNames({style: 1.0}, 0, {name: spec(name, category)}).name_of(name, category) == new


def test_names_that_differ_stay_different_whatever_their_styles() -> None:
    names = ["city_location", "cityLocation", "CityLocation", "city-location", "City_Location"]
    for seed in range(20):
        for mix in (MIXED, {"snake": 1.0}, {"camel": 0.5}):
            made = ToolNames(mix, seed, {name: spec(name) for name in names})
            given = [made.name_of(name) for name in names]
            assert len(set(given)) == len(names)
            # Who asks in another order is told the same.
            again = ToolNames(mix, seed, {name: spec(name) for name in reversed(names)})
            assert [again.name_of(name) for name in reversed(names)] == given[::-1]


def test_all_that_names_a_tool_names_it_anew() -> None:
    parameters = {"type": "object", "properties": {"from_zone": {}, "fromZone": {}}, "required": ["from_zone"]}
    tool = Tool("sun_times", "Like moon_phase. Needs from_zone.", parameters)
    call = Call("call00000", "sun_times", {"from_zone": "x", "fromZone": "y"}, {"/from_zone": "x"})
    messages = (
        Message("system", "Before moon_phase call sun_times."),
        user("What does sun_times say?"),
        calling(call),
        tool_answer(call, {"error": {"kind": "invalid_arguments", "message": "/from_zone: wrong for sun_times"}}),
        says("I asked sun_times."),
    )
    example = Example("x", messages, (tool, Tool("moon_phase", "A phase.", {})))
    stage = ToolNames({"camel": 1.0}, 0, {name: spec(name) for name in ("sun_times", "moon_phase")})
    report = ExportReport("test")
    (new,) = stage.stage(iter([example]), report)
    assert [tool.name for tool in new.tools] == ["sunTimes", "moonPhase"]
    first, second = new.tools[0].parameters["properties"]
    assert {first.partition("_")[0], second.partition("_")[0]} == {"fromZone"}
    assert first != second
    (called,) = new.calls()
    assert called.tool == "sunTimes"
    assert set(called.arguments) == {first, second}
    assert new.tools[0].parameters["required"] == [first]
    assert new.messages[0].content == "Before moonPhase call sunTimes."
    assert new.messages[1] == example.messages[1], "what the user said is the user's"
    assert new.messages[3].tool == "sunTimes"
    assert "sunTimes" in new.messages[3].content
    assert new.messages[4].content == "I asked sunTimes."
    assert new.labels["names"] == {"sunTimes": "sun_times", "moonPhase": "moon_phase"}
    assert report.notes["names"] == {"camel": 2}


def test_a_tool_has_one_name_in_all_examples_and_calls_fit(examples: list[Example], pool: Pool) -> None:
    wide = [Candidates(pool.index, 6, 1).widen(example) for example in examples]
    made = list(ToolNames(MIXED, 5, pool.specs).stage(iter(wide), ExportReport("test")))
    names: dict[str, str] = {}
    for before, after in zip(wide, made, strict=True):
        for old, new in zip(before.tools, after.tools, strict=True):
            assert names.setdefault(old.name, new.name) == new.name
        tools = {tool.name: tool for tool in after.tools}
        for call in after.calls():
            Draft202012Validator(tools[call.tool].parameters).validate(call.arguments)
    assert len(set(names.values())) == len(names)
    styles = {style: sum(ToolNames(MIXED, 5, {}).style_of(name) == style for name in names) for style in STYLES}
    assert all(0.1 * len(names) < count < 0.45 * len(names) for count in styles.values()), styles


@pytest.mark.parametrize("format_name", sorted(FORMATS.everything()[0]))
def test_every_format_reads_its_own_names_back(
    format_name: str, examples: list[Example], pool: Pool, run_folder: Path
) -> None:
    format = FORMATS.get(format_name)
    if not format.name_styles:
        with pytest.raises(UsageError, match="names tools in a way of its own"):
            export_to(run_folder, format_name, names="mixed")
        return
    mix = parse_names("mixed", format.name_styles, format_name)
    single = [replace(example, episode=None) for example in examples if len(example.waves()) == 1]
    made = list(ToolNames(mix, 3, pool.specs).stage(iter(single), ExportReport("test")))
    dotted = 0
    for example in made[:20]:
        if format.of_pairs:
            continue
        for row in format.rows(example, 0):
            for wave in format.calls(json.loads(json.dumps(row)) if format.suffix != ".parquet" else row):
                assert {name for name, _ in wave} <= {tool.name for tool in example.tools}
                dotted += sum("." in name for name, _ in wave)
    assert bool(dotted) == ("dotted" in format.name_styles and not format.of_pairs)


def test_calls_of_dotted_names_are_read() -> None:
    assert read_python_calls("[math.special.gamma(x=2), f(y='a')]") == [
        ("math.special.gamma", {"x": 2}),
        ("f", {"y": "a"}),
    ]
    for text in ("[f()(x=1)]", "[a[0].f(x=1)]", "[f(1)]"):
        with pytest.raises(ValueError, match="not a list of Python calls"):
            read_python_calls(text)


@pytest.mark.parametrize(
    ("text", "mix"),
    [
        ("kept", {}),
        ("dotted:0.5", {"dotted": 0.5}),
        ("dotted:50%", {"dotted": 0.5}),
        ("camel, dotted", {"camel": 0.5, "dotted": 0.5}),
        ("camel:20,dotted:30", {"camel": 0.2, "dotted": 0.3}),
        ("camel:0.4,dotted", {"camel": 0.4, "dotted": 0.6}),
    ],
)
def test_shares_of_styles(text: str, mix: dict[str, float]) -> None:
    assert parse_names(text, STYLES, "trl") == pytest.approx(mix)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("kebab", "'kebab' is no style"),
        ("camel:x", "'x' is no number"),
        ("camel:-1", "'-1' is no share"),
        ("camel:0.7,snake:0.7", "more than the whole"),
        ("camel:1,snake", "more than the whole"),
        ("camel,camel", "given twice"),
        ("", "no style"),
    ],
)
def test_what_is_no_mix_of_styles_is_told(text: str, why: str) -> None:
    with pytest.raises(UsageError, match=why) as raised:
        parse_names(text, STYLES, "trl")
    assert "--names dotted:0.5" in str(raised.value)


def test_names_that_readers_refuse_are_refused_before_anything_is_made(run_folder: Path) -> None:
    with pytest.raises(UsageError, match="openai takes no dotted names"):
        export_to(run_folder, "openai", names="dotted")
    with pytest.raises(UsageError, match="invented already"):
        export_to(run_folder, "trl", names="mixed", obfuscate=True)


def test_the_report_tells_the_styles(run_folder: Path) -> None:
    report, out = export_to(run_folder, "python-calls", names="dotted:0.5", seed=2)
    assert set(report.notes["names"]) == {"dotted", "kept"}
    listed = [row["messages"][0]["content"].split("Functions:\n", 1)[1] for row in rows_of(out)]
    assert any("." in function["name"] for text in listed for function in json.loads(text))


def test_a_thought_names_a_tool_as_the_call_behind_it_does() -> None:
    specs = {name: spec(name) for name in ("roman_numeral", "square")}
    tools = tuple(Tool(name, name, {"type": "object", "properties": {}}) for name in specs)
    thought = calling(Call("c1", "roman_numeral", {}), thought="That is what roman_numeral does, not square.")
    made = Example("e", (user("1880?"), thought), tools)
    (renamed,) = ToolNames({"dotted": 1.0}, 0, specs).stage(iter([made]), ExportReport("test"))
    assert renamed.messages[1].calls[0].tool == "roman.numeral"
    # A name that is an everyday word is not told from the word.
    assert renamed.messages[1].thought == "That is what roman.numeral does, not square."
