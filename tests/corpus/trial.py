"""What a document is put through, against a service that follows it: operations are called, and samples are made."""

import asyncio
import fcntl
import json
import random
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from graph.context import Context
from tests.corpus.documents import path_of
from tests.services.document_service import DocumentService
from tests.services.http import serving
from tests.services.instances import Instances
from tool_registry.calling.execution import execute
from tool_registry.permissions import Permissions
from tool_registry.registry import ToolRegistry, load_registry
from tool_registry.sources.config import SourceConfig
from tool_registry.sources.openapi.document import read_document
from tool_registry.spec import ToolSpec
from toolgrad_data.runs.runner import generate
from toolgrad_data.runs.settings import RunSettings

SAMPLES = 20
#: Operations that are called with values of their schemas, twice each.
OPERATIONS = 40
#: A hang is cut off here; a document takes some seconds.
_HANGS_S = 300
_MOST_BYTES = 64 * 1024 * 1024
_SAYS_WHAT = ("examples", "enum", "default", "const")
#: Those of JSON Schema: `int32` and `string` say nothing of what a value is.
_FORMATS = ("date", "date-time", "time", "email", "uuid", "uri", "ipv4", "ipv6", "hostname")


@dataclass
class Trial:
    """What came of a document. `refused` are requests that the service did not take, with what was wrong."""

    document: str
    size: int = 0
    tools: int = 0
    #: Whether an operation has required parameters, and all of them say what to give.
    askable: bool = False
    called: int = 0
    refused: list[str] = field(default_factory=list)
    accepted: int = 0
    crashed: list[str] = field(default_factory=list)
    reasons: dict[str, int] = field(default_factory=dict)


def trial_of(document: str, folder: Path) -> Trial:
    """Return what came of the document, made by the first process that asks for it in this folder."""
    kept = folder / f"{document.replace('/', '-')}.json"
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            kept.write_text(json.dumps(asdict(_tried(document))))
    return Trial(**json.loads(kept.read_text()))


def _tried(document: str) -> Trial:
    path = path_of(document)
    made = Trial(document, path.stat().st_size)
    with _at_most(_HANGS_S, document):
        service = DocumentService(read_document(str(path), {}, _MOST_BYTES).content, seed=1)
        with serving(service.answer) as running:
            config = SourceConfig(
                kind="openapi", target=str(path), options={"server": running.url}, allow_writes=True
            ).as_spec()
            registry = load_registry([config])
            made.tools = len(registry)
            made.askable = any(map(_is_askable, registry.specs.values()))
            asyncio.run(_call(registry, document))
            made.called = len(service.answered) + len(service.refused)
            asyncio.run(_generate(config, made))
    made.refused = [f"{operation}: {why}" for operation, why, _ in service.refused]
    return made


async def _call(registry: ToolRegistry, seed: str) -> None:
    """Call operations with values that their tools' schemas allow: few, and as many as there are."""
    names = random.Random(seed).sample(registry.names, min(OPERATIONS, len(registry)))
    for name in names:
        tool = registry.get(name)
        definitions: dict[str, Any] = tool.spec.parameters.get("$defs", {})

        def follow(reference: str, definitions: dict[str, Any] = definitions) -> Any:
            return definitions[reference.removeprefix("#/$defs/")]

        for share in (0.0, 1.0):
            arguments = Instances(f"{name} {share}", follow, with_optional=share).value(tool.spec.parameters)
            await execute(
                tool, arguments, permissions=Permissions(allow_writes=True), timeout_s=60, max_result_bytes=64 * 1024
            )


async def _generate(config: str, made: Trial) -> None:
    with TemporaryDirectory() as folder:
        out = Path(folder) / "run"
        context = Context(tools=[config], calls="1:50,2:30,3:20")
        summary = await generate(RunSettings(samples=SAMPLES, seed=1, out=out, context=context))
        made.accepted, made.reasons = summary.accepted, summary.rejected_by_reason
        rejected = (json.loads(line) for line in (out / "rejected.jsonl").read_text().splitlines())
        made.crashed = [reason for record in rejected for reason in record["reasons"] if reason.startswith("crashed")]


def _is_askable(spec: ToolSpec) -> bool:
    required = spec.parameters.get("required", ())
    return bool(required) and all(_says_what(spec.parameters["properties"].get(name), spec) for name in required)


def _says_what(schema: Any, spec: ToolSpec) -> bool:
    if isinstance(schema, dict) and isinstance(schema.get("$ref"), str):
        schema = spec.parameters["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    return isinstance(schema, dict) and (any(name in schema for name in _SAYS_WHAT) or schema.get("format") in _FORMATS)


@contextmanager
def _at_most(seconds: int, what: str) -> Iterator[None]:
    def hang(*_: object) -> None:
        raise TimeoutError(f"{what}: not done within {seconds} s")

    before = signal.signal(signal.SIGALRM, hang)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def table(trials: list[Trial]) -> str:
    """The acceptance of each document in lines, the best first."""
    lines = [f"{'document':42} {'kB':>6} {'tools':>5} {'calls':>5} {'kept':>5}  why not"]
    for each in sorted(trials, key=lambda one: -one.accepted):
        why = Counter(each.reasons).most_common(3)
        said = ", ".join(f"{kind} {count}" for kind, count in why)
        mark = " " if each.askable else "*"
        lines.append(
            f"{each.document:42} {each.size // 1000:6} {each.tools:5} {each.called:5} "
            f"{each.accepted:2}/{SAMPLES}{mark} {said}"
        )
    return "\n".join([*lines, "* no operation with required parameters that all say what to give: not in the median"])
