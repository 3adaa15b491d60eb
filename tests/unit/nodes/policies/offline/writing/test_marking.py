"""Signs of marks in a text that is being composed, and the marks that they become."""

import pytest

from nodes.marks.parse import parse, render
from nodes.policies.offline.writing.marking import Marks, plain


def test_signs_survive_what_is_done_with_the_words() -> None:
    marks = Marks()
    clause = marks.around(
        f"how far {marks.tell('Vienna', 's5', '/first')} is from {marks.tell('Graz', 's5', '/to')}", "s5"
    )
    text = "Could you tell me {}?".replace("{}", clause)
    assert render(marks.marked(text)) == ("Could you tell me [how far [Vienna](s5/first) is from [Graz](s5/to)](s5)?")
    assert plain(text) == "Could you tell me how far Vienna is from Graz?"


def test_the_stop_of_a_request_stays_outside() -> None:
    marks = Marks()
    assert render(marks.marked(marks.around("Which day is it?", "s1"))) == "[Which day is it](s1)?"


def test_words_are_found_by_their_sign_and_not_by_their_looks() -> None:
    """Of two alike the one that was written for the value."""
    marks = Marks()
    text = f"3 apples and {marks.tell('3', 's1', '/pears')} pears"
    assert render(marks.marked(text)) == "3 apples and [3](s1/pears) pears"


def test_a_short_name_gives_its_argument_to_the_words_that_named_the_thing() -> None:
    marks = Marks()
    first = marks.tell("9 May", "s2", "/date", things=["day|9 May"])
    text = f"What day is {first}? And how long is {marks.again('that day', 's6', '/date', 'day|9 May')}?"
    assert render(marks.marked(text)) == "What day is [9 May](s2/date s6/date)? And how long is that day?"


def test_a_short_name_without_its_thing_is_no_mark() -> None:
    marks = Marks()
    marks.tell("9 May", "s2", "/date", things=["day"])  # the sentence was given up
    assert render(marks.marked(marks.again("that day", "s6", "/date", "day"))) == "that day"


@pytest.mark.parametrize(
    ("before", "words", "behind", "marked"),
    [
        ("It comes to ", "7.06", " percent a year.", "It comes to [7.06 percent](s1/rate) a year."),
        ("It takes ", "3", "km of rope.", "It takes [3km](s1/rate) of rope."),
        ("You need it in ", "6", " years.", "You need it in [6](s1/rate) years."),
        ("He has ", "1.2", " million.", "He has [1.2 million](s1/rate)."),
    ],
)
def test_a_mark_holds_the_whole_of_its_figure(before: str, words: str, behind: str, marked: str) -> None:
    """What goes on behind the value; what could be read as more than the value before it, as a date, does not count."""
    marks = Marks()
    assert render(marks.marked(f"{before}{marks.tell(words, 's1', '/rate')}{behind}")) == marked


def test_a_mark_is_as_wide_as_the_word_that_its_figure_begins_in() -> None:
    marks = Marks()
    text = f"Oslo time is UTC{marks.tell('+01:00', 's1', '/utc_offset')}."
    assert render(marks.marked(text)) == "Oslo time is [UTC+01:00](s1/utc_offset)."


def test_figures_of_two_values_stay_two_marks() -> None:
    marks = Marks()
    text = f"{marks.tell('3', 's1', '/weeks')} weeks and {marks.tell('4', 's1', '/days')} days"
    assert render(marks.marked(text)) == "[3](s1/weeks) weeks and [4](s1/days) days"


def test_lines_that_are_broken_anew_are_found() -> None:
    marks = Marks()
    text = " ".join(marks.tell("one\n  two  \n\nthree ", "s1", "").split())
    assert render(marks.marked(text)) == "[one two three](s1)"


def test_characters_of_a_value_that_look_like_signs_are_text() -> None:
    marks = Marks()
    odd = "a\U000f0000b\U00100001c"
    text = f"It is {marks.tell(odd, 's1', '/x')}."
    parsed = parse(render(marks.marked(text)))
    assert parsed.text == f"It is {odd}."
    assert [(mark.start, mark.end) for mark in parsed.marks] == [(6, 11)]


def test_a_deed_that_tells_of_another_call_is_not_marked_as_one() -> None:
    """Its own figures have to be the call's."""
    marks = Marks()
    own = marks.around(f"I closed {marks.tell('T-3', 's2', '/ticket', 'given')}.", "s2", "deed")
    other = marks.around(f"I closed what {marks.tell('4', 's1', '/n', 'given')} people wrote.", "s2", "deed")
    assert render(marks.marked(own)) == "[I closed [T-3](given s2/ticket)](s2)."
    assert render(marks.marked(other)) == "I closed what [4](given s1/n) people wrote."
