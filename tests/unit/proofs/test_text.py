import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.proofs.text import normalised, normalised_occurrences, normalised_with_offsets, occurrences


@given(st.text(st.characters(max_codepoint=127)) | st.text())
def test_both_ways_to_normalise_agree(text: str) -> None:
    assert normalised(text) == normalised_with_offsets(text)[0]


@given(st.text())
def test_normalising_again_changes_nothing_but_case_of_case(text: str) -> None:
    once = normalised(text)
    assert once == once.strip()
    assert "  " not in once
    offsets = normalised_with_offsets(text)[1]
    assert len(offsets) == len(normalised_with_offsets(text)[0]) + 1
    assert list(offsets) == sorted(offsets)


@pytest.mark.parametrize(
    ("stretch", "text", "found"),
    [
        ("STRASSE 5", "in der Straße  5, bitte", ["Straße  5"]),
        ("it's", "So it’s it’s.", ["it’s", "it’s"]),
        ("São", "Sa\u0303o Paulo", ["Sa\u0303o"]),
        ("art", "party art", ["art"]),
        ("new york", "New\n York", ["New\n York"]),
    ],
)
def test_finds_verbatim_what_is_equal_after_normalisation(stretch: str, text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in normalised_occurrences(stretch, text)] == found


@pytest.mark.parametrize(
    ("stretch", "text", "count"),
    [
        ("10", "10, 10. (10) 10% 10", 5),
        ("10", "110 10.5 0.10 1,10 10:10 -10 a10 10th", 0),
        ("10", "5-10 x-10", 2),
        ("-10", "it is -10 now", 1),
        ("Tokyo", "Tokyo's Tokyo-based Tokyo_ Tokyos", 2),
        ("", "anything", 0),
        ("हिन्दी", "हिन्दी में", 1),
        ("हिन्द", "हिन्दी में", 0),
    ],
)
def test_word_boundaries(stretch: str, text: str, count: int) -> None:
    assert len(list(occurrences(stretch, text))) == count
