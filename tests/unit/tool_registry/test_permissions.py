import pytest

from tests.unit.tool_registry.making import spec
from tool_registry.permissions import Permissions, effective, verdict
from tool_registry.spec import Annotations

#: DESIGN section 4: read_only and deterministic when not declared.
TABLE = {
    "builtin": (True, True),
    "mcp": (None, False),
    "openapi": (None, False),
    "toolbench": (None, False),
    "python": (None, None),
    "langchain": (None, None),
}


@pytest.mark.parametrize("source", TABLE)
def test_what_is_not_declared_counts_after_the_table(source: str) -> None:
    counted = effective(spec(source=source, annotations=Annotations()))
    assert (counted.read_only, counted.deterministic) == TABLE[source]


@pytest.mark.parametrize("source", TABLE)
@pytest.mark.parametrize("declared", [True, False])
def test_a_declaration_wins_over_the_table(source: str, declared: bool) -> None:
    annotations = Annotations(read_only=declared, deterministic=declared)
    assert effective(spec(source=source, annotations=annotations)) == annotations


@pytest.mark.parametrize(
    ("annotations", "unannotated", "writes", "runs", "named"),
    [
        (Annotations(read_only=True), False, False, True, "read-only"),
        (Annotations(), False, False, False, "turn on allow_unannotated"),
        (Annotations(), False, True, False, "turn on allow_unannotated"),
        (Annotations(), True, False, True, "allow_unannotated is on"),
        (Annotations(read_only=False), False, False, False, "turn on allow_writes"),
        (Annotations(read_only=False), True, False, False, "turn on allow_writes"),
        (Annotations(read_only=False), False, True, True, "allow_writes is on"),
        (Annotations(destructive=True), True, False, False, "turn on allow_writes"),
        (Annotations(read_only=True, destructive=True), False, False, True, "read-only"),
    ],
)
def test_verdicts(annotations: Annotations, unannotated: bool, writes: bool, runs: bool, named: str) -> None:
    said = verdict(spec(annotations=annotations), Permissions(unannotated, writes))
    assert said.runs is runs
    assert named in said.reason


def test_builtin_tools_run_without_permission() -> None:
    assert verdict(spec(source="builtin", annotations=Annotations()), Permissions()).runs
