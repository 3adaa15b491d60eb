"""Right answers in other words than the record has: each earns all, and none with a wrong value."""

# ruff: noqa: E501 - messages as they are written

import pytest

from tests.unit.toolgrad_data.tasks.playing import own_play, records, reward_of, with_turn

#: By the dialogue's number, a message a turn.
WORDS = {
    0: (
        "The sun rises in Bergen at 5:14 in the morning and sets at 9:58 pm.",
        "On Sunday, 10 May 2026: sunrise 05:11, sunset 22:01.",
        "You're welcome!",
    ),
    1: (
        "A loan of €18,000 at 4.5 % over 10 years costs you **€186.55 per month**; total interest is €4,385.90 (so you repay €22,385.90 in total).",
        "With 15 years: monthly payment 137.70 EUR, total interest 6,785.78 EUR. That's 48.85 EUR less per month, but 2,399.88 EUR more interest.",
        "Sleep well!",
    ),
    2: (
        "Which country does your sister live in?",
        "Yes - in Austria, January 6, 2026 is a public holiday (Epiphany).",
        "After that comes Easter Monday on Monday, April 6th, 2026.",
    ),
    3: (
        "The flight from Vienna to Lisbon covers 2,305 km and takes roughly 3 hours and 13 minutes.",
        "From Zurich the distance is 1,723 km, so about 2 h 32 min.",
        "That's about 1,071 miles.",
    ),
    4: (
        "In Switzerland the currency is the Swiss franc (CHF). Official languages: German, French, Italian and Romansh.",
        "I can't look up exchange rates with my tools.",
        "The capital is Bern.",
    ),
    5: (
        "T-1002 (new laptop will not start) has priority P1 and is assigned to Amina. T-1001 is about the printer on the second floor jams.",
        "Sorry, urgent tickets can't be closed here.",
        "I've assigned T-1002 to Bruno.",
    ),
    6: (
        "Done! Your ticket T-1004 was created with priority P1. There are now 3 tickets waiting for an agent.",
        "Assigned T-1004 to Bruno. He now has 1 ticket.",
        "T-1004 has been reassigned to Chiara.",
        "Comment added to T-1004; it now has 1 comment.",
        "Thanks!",
    ),
    7: (
        "How many people, and how much tip?",
        "Each person pays $40.84, which includes a total tip of $14.85.",
        "With five people, it is 32.67 per person.",
    ),
    8: (
        "At the rate of that day you got 25,507.80 MXN.",
        "1,200 EUR were 211,752 JPY on that day.",
        "Indeed!",
    ),
    9: (
        "Sure - which date?",
        "The evening golden hour on June 20, 2026 in Lisbon starts at 8:26 pm and ends at 9:24 pm.",
        "Yes. Moonrise is at 12:13 pm, moonset at 1:06 am.",
        "It gets fully dark at 11:03 pm.",
        "Have fun!",
    ),
    10: (
        "Venus is in the constellation Taurus at that moment, shining at magnitude −3.9.",
        "Jupiter is in Gemini with a magnitude of -1.8.",
    ),
    11: (
        "Sorry, I have no Morse tool.",
        "Plan on roughly 4.3 h of walking; you'll burn around 716 kcal.",
        "Then it takes about 4.9 hours.",
    ),
    12: (
        "The straight-line distance is 277 kilometres.",
        "About 360 km on the road.",
        "What does your car consume, and what's the price?",
        "You need about 22.3 litres, which costs 38.39.",
        "Then the cost is 40.18.",
        "Enjoy!",
    ),
    13: (
        "Tomorrow, 9 May 2026, is a Saturday (ISO week 19).",
        "There are 229 days left until December 24 (32 weeks and 5 days).",
        "236 days until New Year's Eve.",
    ),
}


@pytest.mark.parametrize("number", WORDS)
async def test_other_words_earn_all(number: int) -> None:
    record = records()[number]
    script = own_play(record)
    for turn, words in enumerate(WORDS[number]):
        script = with_turn(script, turn, message=words)
    reward = await reward_of(record, script)
    assert reward.solved, reward.answer


@pytest.mark.parametrize(
    ("number", "turn", "right", "wrong"),
    [
        (0, 0, "5:14", "5:41"),
        (0, 0, "9:58 pm", "9:58 am"),
        (1, 0, "186.55", "168.55"),
        (1, 1, "6,785.78", "4,385.90"),
        (2, 2, "April 6th", "April 7th"),
        (3, 0, "3 hours and 13 minutes", "2 hours and 13 minutes"),
        (3, 2, "1,071 miles", "1,723 miles"),
        (4, 2, "Bern", "Zurich"),
        (5, 0, "Amina", "Bruno"),
        (7, 1, "40.84", "37.13"),
        (8, 0, "25,507.80", "25,570.80"),
        (9, 1, "8:26 pm", "8:26 am"),
        (10, 0, "−3.9", "−1.8"),
        (11, 1, "716", "617"),
        (12, 0, "277", "360"),
        (13, 0, "Saturday", "Sunday"),
        (13, 1, "229", "236"),
    ],
)
async def test_a_wrong_value_in_such_words_does_not(number: int, turn: int, right: str, wrong: str) -> None:
    record, words = records()[number], WORDS[number][turn]
    assert right in words
    reward = await reward_of(record, with_turn(own_play(record), turn, message=words.replace(right, wrong)))
    assert not reward.solved, reward.answer
