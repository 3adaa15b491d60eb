"""A gradient works by its words alone."""

from nodes.gradient_words import read_gradient

TOOLS = {"sun_times", "convert_length", "airport_details"}
DOMAINS = {"air travel", "currency"}
STEPS = {"s1", "s2"}


def read(text: str):
    return read_gradient(text, TOOLS, DOMAINS, STEPS)


def test_a_failed_tool_is_to_be_avoided() -> None:
    assert read("p1: tool sun_times failed (timeout: no answer)").avoid_tools == {"sun_times"}
    assert read("Please avoid convert_length. sun_times was fine.").avoid_tools == {"convert_length"}


def test_an_unused_result_is_to_be_used() -> None:
    assert read("Result s1 is unused at /country, /lat.").use_results == {"s1": {"/country", "/lat"}}
    assert read("result s2 is unused").use_results == {"s2": set()}


def test_domains_and_tools_to_try() -> None:
    advice = read("Explore the domains air travel, currency. Next try airport_details.")
    assert advice.try_categories == DOMAINS
    assert advice.try_tools == {"airport_details"}


def test_a_placebo_says_nothing() -> None:
    advice = read("The weather in the valley was mild and the harvest of that autumn was remembered for years.")
    assert advice == read("")


def test_what_does_not_exist_is_not_read() -> None:
    assert read("Result s9 is unused. Tool sun_times_2 failed.") == read("")


def test_bad_news_wins_over_good() -> None:
    advice = read("Try sun_times. Tool sun_times failed.")
    assert advice.avoid_tools == {"sun_times"}
    assert advice.try_tools == set()
