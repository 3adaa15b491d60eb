"""Marks as people and models write them, the text that they leave, and what is no mark."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.marks import parse as module
from nodes.marks.parse import GIVEN, TOLD_OPERATIONS, Mark, Marked, Reference, parse, read_target, render

#: A draft, its plain text, and its marks as (words, verb, references).
DRAFTS = [
    ("at [06:11](s2/sunrise)", "at 06:11", [("06:11", "", ["s2/sunrise"])]),
    ("[9 May](s2/date s6/date)", "9 May", [("9 May", "", ["s2/date", "s6/date"])]),
    ("[9 May](s2/date, s6/date)", "9 May", [("9 May", "", ["s2/date", "s6/date"])]),
    ("[when is dusk](s8)?", "when is dusk?", [("when is dusk", "", ["s8"])]),
    ("[far is [Vienna](s5/to)](s5)", "far is Vienna", [("far is Vienna", "", ["s5"]), ("Vienna", "", ["s5/to"])]),
    ("[[a](s1/a) b [c](s1/c)](s1)", "a b c", [("a b c", "", ["s1"]), ("a", "", ["s1/a"]), ("c", "", ["s1/c"])]),
    ("[a](s1/a)[b](s1/b)", "ab", [("a", "", ["s1/a"]), ("b", "", ["s1/b"])]),
    ("[salt](given s1/formula)", "salt", [("salt", "given", ["s1/formula"])]),
    ("[13.04 more](difference s5/cost s2/cost)", "13.04 more", [("13.04 more", "difference", ["s5/cost", "s2/cost"])]),
    ("[three](s1/weekends/*/days)", "three", [("three", "", ["s1/weekends/*/days"])]),
    ("[5](s1.date)", "5", [("5", "", ["s1/date"])]),
    ("[5](s1#/date)", "5", [("5", "", ["s1/date"])]),
    ("[5](s1.items[0].name)", "5", [("5", "", ["s1/items/0/name"])]),
    ("[227](s4/MA(5))", "227", [("227", "", ["s4/MA(5)"])]),
    ("[5](s1/a%20b)", "5", [("5", "", ["s1/a b"])]),
    ("[5](s1/new cases)", "5", [("5", "", ["s1/new cases"])]),
    ("[5](did s3)", "5", [("5", "", ["s3"])]),
    ("[ 5 ](s1/a)", " 5 ", [("5", "", ["s1/a"])]),  # blanks at the ends are not marked
    ("**[5](s1/a)**", "**5**", [("5", "", ["s1/a"])]),
    ("| [5](s1/a) | [6](s1/b) |", "| 5 | 6 |", [("5", "", ["s1/a"]), ("6", "", ["s1/b"])]),
    ("[[5]](s1/a)", "[5]", [("[5]", "", ["s1/a"])]),
    (r"[\[5\]](s1/a)", "[5]", [("[5]", "", ["s1/a"])]),
    ("👍 [5](s1/a)", "👍 5", [("5", "", ["s1/a"])]),
    ("e\u0301 [e\u0301](s1/a)", "e\u0301 e\u0301", [("e\u0301", "", ["s1/a"])]),
    ("[東京](s1/a)へ", "東京へ", [("東京", "", ["s1/a"])]),
    ("[مرحبا](s1/a)", "مرحبا", [("مرحبا", "", ["s1/a"])]),
]

#: What is text, all of it.
TEXTS = [
    "",
    "no marks",
    "[a page](https://example.org/s1)",
    "[a page](https://example.org/s1/x_(y))",
    "[a page](/s1/x)",
    "[a page](page.html)",
    "![picture](https://example.org/a.png)",
    "[open (s1/a)",
    "open](s1/a)",
    "[open](s1/a",
    "[two lines](s1/a\n)",
    "[words] (s1/a)",
    "[words]()",
    "[words](given nothing)",
    "[words](S1/a)",
    "[words](step1/a)",
    "f(s1) and a[s1]",
    "[x](sum)",
]


def written(marked: Marked) -> list[tuple[str, str, list[str]]]:
    return [
        (marked.text[m.start : m.end], m.verb, [str(reference) for reference in m.references]) for m in marked.marks
    ]


@pytest.mark.parametrize(("draft", "text", "marks"), DRAFTS)
def test_marks_are_read_and_leave_their_words(draft: str, text: str, marks: list[object]) -> None:
    marked = parse(draft)
    assert marked.text == text
    assert written(marked) == marks


@pytest.mark.parametrize("draft", TEXTS)
def test_what_is_no_mark_stays_text(draft: str) -> None:
    assert parse(draft) == Marked(draft)


def test_empty_marks_are_dropped() -> None:
    assert parse("a [](s1/a)b [ ](s1/b)c") == Marked("a b  c")


def test_what_a_result_holds_is_told_as_text() -> None:
    literal = "[x](s1/y)"
    assert parse(f"It says {literal}.", lambda link: link in literal) == Marked(f"It says {literal}.")
    outer = parse(f"[It says {literal}](s1/text)", lambda link: link in literal)
    assert outer.text == f"It says {literal}"
    assert written(outer) == [(f"It says {literal}", "", ["s1/text"])]


@pytest.mark.parametrize("verb", [GIVEN, *TOLD_OPERATIONS])
def test_each_verb_is_read_in_any_case(verb: str) -> None:
    assert read_target(f"{verb} s1/a s2/b") == (verb, (Reference("s1", "/a"), Reference("s2", "/b")))
    assert read_target(f"{verb.title()} s1/a") == (verb, (Reference("s1", "/a"),))


def test_deep_nesting_is_read_as_far_as_it_makes_sense() -> None:
    draft = "[" * 50 + "x" + "](s1/a)" * 50
    marked = parse(draft)
    assert marked.text.startswith("[" * 18 + "x")
    assert len(marked.marks) == 32


words = st.text(st.characters(exclude_characters="[]\\()", exclude_categories=["Cs"]), max_size=12)
targets = st.sampled_from(["s1", "s1/a", "s2/b/0", "given s1/a", "sum s1/a s1/b", "s3/x(1)", "https://x.y/s1", "no"])
pieces = st.lists(st.tuples(words, words, targets), max_size=6)


@given(st.text(max_size=200))
def test_any_text_is_read(draft: str) -> None:
    marked = parse(draft)
    for mark in marked.marks:
        assert 0 <= mark.start < mark.end <= len(marked.text)
        assert marked.text[mark.start : mark.end] == marked.text[mark.start : mark.end].strip()


@given(st.text("[]()s1/a \\*.", max_size=60))
def test_any_syntax_is_read_and_nothing_but_syntax_is_lost(draft: str) -> None:
    marked = parse(draft)
    kept = iter(draft)
    assert all(character in kept for character in marked.text)  # a subsequence
    assert [mark.start for mark in marked.marks] == sorted(mark.start for mark in marked.marks)


@given(pieces)
def test_what_is_written_is_read_again(parts: list[tuple[str, str, str]]) -> None:
    draft = "".join(f"{before}[{inner}]({target})" for before, inner, target in parts)
    marked = parse(draft)
    assert parse(render(marked)) == marked
    expected = "".join(
        before + (f"[{inner}]({target})" if target in ("https://x.y/s1", "no") else inner)
        for before, inner, target in parts
    )
    assert marked.text == expected


@pytest.mark.parametrize("draft", [draft for draft, _, _ in DRAFTS] + TEXTS)
def test_what_was_read_is_written_and_read_again(draft: str) -> None:
    marked = parse(draft)
    assert parse(render(marked)) == marked


@given(st.text("[]()s1/a \\*.", max_size=60))
def test_any_marks_are_written_and_read_again(draft: str) -> None:
    marked = parse(draft)
    assert parse(render(marked)) == marked


def test_marks_move_with_the_brackets_before_them() -> None:
    marked = parse("[a [b [c](s1/c)](s1/b)](s1)")
    assert marked.marks == (
        Mark(0, 5, (Reference("s1", ""),)),
        Mark(2, 5, (Reference("s1", "/b"),)),
        Mark(4, 5, (Reference("s1", "/c"),)),
    )


@pytest.mark.parametrize(
    "unit",
    ["[", "]", "[a](s1/a) ", "[a](s1", "[[", "\\[", "[a](", "[" * 31 + "x" + "](s1)" * 31, "](s1/a)", "[x](s1 ("],
)
def test_a_long_draft_takes_work_in_proportion(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The characters that are looked at are counted: of a draft four times as long at most four times as many."""

    class Counting(str):
        looked = 0

        def __getitem__(self, key: object) -> str:
            piece = str.__getitem__(self, key)  # type: ignore[index]
            Counting.looked += len(piece)
            return piece

    def work(length: int) -> int:
        Counting.looked = 0
        calls = 0
        read = module.read_target

        def counted(target: str) -> object:
            nonlocal calls
            calls += len(target)
            return read(target)

        monkeypatch.setattr(module, "read_target", counted)
        parse(Counting((unit * (length // len(unit) + 1))[:length]))
        monkeypatch.setattr(module, "read_target", read)
        return Counting.looked + calls

    assert work(100_000) <= 4.2 * work(25_000) + 1000
