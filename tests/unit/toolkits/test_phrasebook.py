"""The lines in which toolkits write their phrases."""

import pytest

from tool_registry.builtin.kinds import COUNTRY
from tool_registry.builtin.phrasebook import phrases, told


def test_lines_become_intents_and_situations():
    read = phrases("""
        ? what it is
            for {x}
        ? What is it?
        = It is {/y}.

        ? why
        = Because of
          {/y}.
        ~ I wonder.

        ~ I have to know.
        """)
    assert read == {
        "intents": [
            {"ask": ["what it is for {x}", "What is it?"], "answer": ["It is {/y}."]},
            {"ask": ["why"], "answer": ["Because of {/y}."]},
        ],
        "situations": ["I wonder.", "I have to know."],
    }


def test_indentation_of_the_whole_text_does_not_matter():
    flat = "\n? what\n    now\n= {/y}.\n"
    assert phrases(flat) == phrases("\n".join(f"        {line}" for line in flat.splitlines()))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("? what it is\n", "none with '=' beside: 'what it is'"),
        ("= It is.\n", "none with '\\?' beside: 'It is.'"),
        ("? what\n\n= It is {/y}.\n", "none with '='"),
        ("* what\n= It is.\n", "or indent it to go on: '\\* what'"),
        ("?what\n= It is.\n", "begin a line with"),
        ("? what\n=\n", "nothing stands after '='"),
    ],
)
def test_mistakes_are_named(text, what):
    with pytest.raises(ValueError, match=what):
        phrases(text)


def test_a_told_property_keeps_labels_and_its_short_name():
    schema = told(COUNTRY, "the country of {x}", title="home")
    assert schema["x-phrases"] == {"refer": ["the country of {x}"], "again": "that country"}
    assert schema["title"] == "home"
    assert {"const": "NL", "title": "the Netherlands"} in schema["anyOf"]
    assert "examples" not in schema
