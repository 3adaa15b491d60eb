"""Records over services that answer on loopback: generated offline, accepted, and true when asked again."""

from tests.integration.command import lines, run
from tests.services import atlas, rapidapi
from tests.services.http import serving
from tests.unit.tool_registry.making import run as call
from tool_registry.registry import load_registry
from tool_registry.sources.config import SourceConfig

PROMISES = ("executed", "typed", "grounded", "distinct", "natural")


def generated(folder, spec, *more):
    code, out, err = run(folder, "generate", "--tools", spec, "--samples", "12", "--seed", "5", "--out", "run", *more)
    assert code == 0, out + err
    return lines(folder / "run" / "records.jsonl"), err


def steps_of(records):
    return [step for record in records for turn in record["turns"] for step in turn["steps"]]


def is_dependent(record):
    return any(source["kind"] == "step" for step in steps_of([record]) for source in step["sources"].values())


async def check(records, spec, least, dependent):
    assert len(records) >= least
    for record in records:
        assert {name: record["verification"][name] for name in PROMISES} == dict.fromkeys(PROMISES, True)
    assert sum(map(is_dependent, records)) >= dependent
    tools = load_registry([spec])
    for step in steps_of(records)[:20]:
        assert (await call(tools.get(step["tool"]), step["arguments"])).content == step["result"]


async def test_a_service_with_its_own_document(tmp_path):
    with serving(atlas.answer) as service:
        spec = f"openapi:{service.url}/openapi.json"
        records, _ = generated(tmp_path, spec)
        await check(records, spec, 10, 5)
        assert not [seen for seen in service.seen if seen.method == "POST"]
    used = {step["tool"] for step in steps_of(records)}
    assert {"find_city", "get_countries_by_country_code", "daylight"} <= used


async def test_a_toolbench_library_and_its_server(tmp_path):
    library = rapidapi.library(tmp_path / "tools")
    with serving(rapidapi.answer) as service:
        options = {"url": f"{service.url}/virtual", "categories": ["News*", "Data"]}
        config = SourceConfig(kind="toolbench", target=str(library), options=options, deny=["get_1st_*"])
        records, err = generated(tmp_path, config.as_spec())
        await check(records, config.as_spec(), 8, 4)
    assert "broken.json is skipped" in err
    assert {step["tool"] for step in steps_of(records)} >= {"city_for_places", "river_for_places"}


async def test_keys_reach_the_service_and_nothing_that_is_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("ATLAS_KEY", "k3y-of-the-atlas")

    def answer(request):
        reply = atlas.answer(request)
        # A service that repeats the key in what it answers.
        return (
            reply
            if request.path == "/openapi.json"
            else type(reply)({**reply.body, "your_key": request.headers["x-key"]}, reply.status)
        )

    with serving(answer) as service:
        config = SourceConfig(
            kind="openapi",
            target=f"{service.url}/openapi.json",
            options={"headers": {"X-Key": "${ATLAS_KEY}"}, "methods": ["GET"]},
        )
        records, _ = generated(tmp_path, config.as_spec(), "--keep-checkpoints", "all")
        assert {seen.headers.get("x-key") for seen in service.seen if seen.path.startswith("/v1")} == {
            "k3y-of-the-atlas"
        }
    assert records
    for path in (tmp_path / "run").rglob("*"):
        if path.is_file():
            assert b"k3y-of-the-atlas" not in path.read_bytes(), path
