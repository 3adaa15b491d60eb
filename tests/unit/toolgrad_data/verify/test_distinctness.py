import random

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.record import Record
from nodes.proofs.distinct import calls_key, grams
from tests.unit.toolgrad_data.runs.helpers import record
from toolgrad_data.verify.distinctness import DistinctEntry, DistinctStore, RecordTraits

WORDS = "a b c d e f".split()


def traits(made: Record) -> RecordTraits:
    return RecordTraits((made.meta.run_seed, made.meta.index), calls_key(made), grams(made))


def with_query(index: int, query: str) -> Record:
    made = record(index)
    made.turns[0].query = query
    return made


def found(records: list[Record]) -> list[tuple[int, str]]:
    with DistinctStore() as store:
        for number, made in enumerate(records, start=1):
            store.add(DistinctEntry(number, made.id), traits(made))
        return [(likeness.entry.number, likeness.code) for likeness in store.likenesses()]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=14), min_size=1, max_size=14))
def test_it_finds_what_comparing_each_with_each_finds(queries: list[list[str]]) -> None:
    records = [with_query(index, " ".join(words)) for index, words in enumerate(queries)]
    sets = [grams(made) for made in records]
    alike = [
        number
        for number, own in enumerate(sets)
        if any(len(own & other) / len(own | other) >= 0.8 for other in sets[:number])
    ]
    assert found(records) == [(number + 1, "similar_query") for number in alike]


def test_the_later_index_is_the_copy_whatever_the_order_of_lines() -> None:
    texts = ["one two three four five six", "seven eight nine ten eleven", "one two three four five six"]
    records = [with_query(index, text) for index, text in enumerate(texts)]
    random.Random(1).shuffle(records)
    [(number, code)] = found(records)
    assert (records[number - 1].meta.index, code) == (2, "similar_query")


def test_other_files_come_first_and_are_not_themselves_judged() -> None:
    with DistinctStore() as store:
        store.add(DistinctEntry(1, "theirs"), traits(record(5)), "other.jsonl")
        store.add(DistinctEntry(2, "again"), traits(record(5)), "other.jsonl")
        store.add(DistinctEntry(1, "mine"), traits(record(5)))
        [likeness] = store.likenesses()
    assert (likeness.entry.id, likeness.code) == ("mine", "same_calls")
    assert "theirs (other.jsonl, line 1)" in likeness.message


def test_indexes_beyond_64_bits_are_taken() -> None:
    made = record(1)
    made.meta.index = 1 << 80
    made.meta.run_seed = -(1 << 80)
    assert found([made]) == []
