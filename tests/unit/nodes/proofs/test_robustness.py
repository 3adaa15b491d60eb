"""No record that the model admits makes a proof raise."""

from typing import Any, get_args

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.record import Awaited, Record, RecordContext, RefusedCall, Replacement, Step, Turn, TurnKind
from graph.sources import ComposedSource, ContextSource, DefaultSource, DerivedSource, StepSource, UserSource
from nodes.marks.operations import OPERATIONS
from nodes.proofs import prove, replayed
from nodes.proofs.assign_sources import assign_sources
from tests.unit.nodes.proofs.records import META, PURE
from tool_registry.spec import ToolSpec
from toolgrad_data.runs.distinct_index import DistinctIndex
from toolgrad_data.stats.dependence import is_dependent

PHRASES = [
    "Go to Rome on 1 March 2026 at 2:30 pm",
    "ten",
    "5",
    "Rome",
    "no holidays",
    "1,000",
    "",
    "a_b",
    "s1",
    "é́ 漢",
]
words = st.sampled_from(PHRASES) | st.text(max_size=12)
pointers = st.sampled_from(["", "/a", "/a/0", "/b/c", "/~1", "a", "/a/-", "/now", "/user"]) | st.text(max_size=4)
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.just(10**400)
    | st.floats()
    | words
    | st.sampled_from(["2026-03-01", "2026-03-01T14:30:00Z", "14:30"])
)
jsons = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc~/") | words, inner, max_size=3),
    max_leaves=6,
)
ids = st.sampled_from(["s1", "s2", "s3", ""])
sources = st.recursive(
    st.builds(UserSource, quote=words)
    | st.builds(StepSource, step=ids, pointer=pointers, span=st.none() | words)
    | st.builds(ContextSource, pointer=pointers)
    | st.just(DefaultSource()),
    lambda inner: (
        st.builds(
            DerivedSource,
            op=st.sampled_from([*sorted(set(OPERATIONS) - {"convert_unit"}), "x"]),
            of=st.lists(inner, max_size=3),
            params=st.dictionaries(st.sampled_from(["unit", "digits", "part", "separator"]), jsons, max_size=2),
        )
        | st.builds(ComposedSource, of=st.lists(inner, max_size=2))
    ),
    max_leaves=4,
)
KEYWORDS = "type title description default enum const anyOf oneOf allOf $ref items properties pattern format".split()
schema_values = jsons | st.sampled_from(["string", "integer", "boolean", "#", "#/x", "#x", "#/properties/a", "date"])
schemas = st.recursive(
    st.dictionaries(st.sampled_from(KEYWORDS), schema_values, max_size=3),
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "type": st.just("object"),
            "properties": st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
            "items": inner,
            "anyOf": st.lists(inner, min_size=1, max_size=2),
            "default": jsons,
        },
    ),
    max_leaves=4,
)
steps = st.builds(
    Step,
    id=ids,
    tool=st.sampled_from(["t1", "t2"]),
    arguments=st.dictionaries(st.sampled_from("abc"), jsons, max_size=3),
    sources=st.dictionaries(pointers, sources, max_size=3),
    after=st.lists(ids, max_size=1),
    result=jsons,
    empty=st.booleans(),
)
refused = st.builds(
    RefusedCall,
    id=ids,
    tool=st.sampled_from(["t1", "t2"]),
    arguments=st.dictionaries(st.sampled_from("abc"), jsons, max_size=2),
    sources=st.dictionaries(pointers, sources, max_size=2),
    rule=st.none() | st.integers(0, 2),
)
turns = st.builds(
    Turn,
    kind=st.sampled_from(get_args(TurnKind)),
    awaits=st.lists(st.builds(Awaited, step=ids, pointer=pointers), max_size=2),
    replaces=st.none() | st.builds(Replacement, step=ids, by=ids),
    refuses=st.none() | refused,
    query=words,
    steps=st.lists(steps, max_size=3),
    chains=st.lists(st.lists(ids, max_size=3), max_size=2),
    response=words,
)
tools = st.builds(
    ToolSpec,
    name=st.sampled_from(["t1", "t2"]),
    description=words,
    parameters=schemas,
    source=st.just("python"),
    annotations=st.just(PURE),
)
contexts = st.builds(
    RecordContext, now=st.none() | words, user=st.dictionaries(st.sampled_from("abc"), jsons, max_size=2)
)
records = st.builds(
    Record,
    id=words,
    context=contexts,
    turns=st.lists(turns, max_size=2),
    tools=st.lists(tools, max_size=2),
    offered=st.lists(words, max_size=2),
    meta=st.just(META),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(records)
def test_no_record_makes_a_proof_raise(record: Record) -> None:
    verification = prove(record, allow_composed=True)
    assert (not verification.findings) == all(
        (verification.executed, verification.typed, verification.grounded, verification.natural)
    )
    assert verification.findings == prove(record, allow_composed=True).findings
    replayed.check(record)
    is_dependent(record)
    index = DistinctIndex()
    assert index.seen(record) is None
    index.add(record)
    assert index.seen(record) is not None
    before = record.model_copy(deep=True)
    specs: dict[str, Any] = {spec.name: spec for spec in record.tools}
    for turn in record.turns:
        marked = UserSource(start=0, end=len(turn.query), quote=turn.query)
        assign_sources([turn.query], turn.steps, record.context, specs, {"s1": {"/a": marked}})
    assert repr(record) == repr(before)
