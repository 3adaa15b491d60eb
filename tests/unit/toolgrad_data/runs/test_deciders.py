from pathlib import Path
from typing import Any

import pytest

from toolgrad_data.errors import UsageError
from toolgrad_data.runs.settings import run_settings


def context(tmp_path: Path, file: str = "", **options: Any) -> Any:
    config = tmp_path / "run.toml"
    config.write_text(f"samples = 1\nout = 'x'\n{file}")
    return run_settings(options, config).context


def deciders(made: Any) -> tuple[str, str, str]:
    return made.proposer, made.critic, made.writer


@pytest.mark.parametrize(
    ("file", "options", "expected"),
    [
        ("", {"policy": "openai", "model": "m"}, ("openai:m", "openai:m", "openai:m")),
        ("", {"model": "m"}, ("openai:m", "openai:m", "openai:m")),
        ("", {"model": "org/m:free"}, ("openai:org/m:free",) * 3),
        ("", {"policy": "openai:m", "critic": "offline"}, ("openai:m", "offline", "openai:m")),
        ("", {"policy": "offline", "writer": "openai", "model": "m"}, ("offline", "offline", "openai:m")),
        ("", {"writer": "openai:m"}, ("offline", "offline", "openai:m")),
        ("model = 'a'", {}, ("openai:a", "openai:a", "openai:a")),
        ("model = 'a'", {"model": "b"}, ("openai:b", "openai:b", "openai:b")),
        ("policy = 'openai'", {"model": "b"}, ("openai:b", "openai:b", "openai:b")),
        ("proposer = 'openai:a'", {"policy": "offline"}, ("offline", "offline", "offline")),
        ("model = 'a'", {"writer": "offline"}, ("openai:a", "openai:a", "offline")),
    ],
)
def test_policy_and_model_stand_for_the_deciders(
    tmp_path: Path, file: str, options: dict[str, str], expected: tuple[str, str, str]
) -> None:
    assert deciders(context(tmp_path, file, **options)) == expected


@pytest.mark.parametrize(
    ("options", "words"), [({"policy": "openai"}, "--policy openai"), ({"writer": "openai"}, "--writer openai")]
)
def test_a_missing_model_is_asked_for(tmp_path: Path, options: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError, match=f"{words}: which model"):
        context(tmp_path, **options)


def test_values_go_to_all_or_to_one(tmp_path: Path) -> None:
    made = context(
        tmp_path,
        "temperature = 0.3\n[model_settings.critique]\ntemperature = 0.1\nmax_answer_tokens = 900",
        temperature=["writer=0.9", "critic=0"],
        reasoning_effort=["low", "critic=high"],
    )
    assert (made.temperature, made.reasoning_effort) == (0.3, "low")
    roles = made.model_settings
    assert roles["synthesize"].temperature == 0.9
    assert (roles["critique"].temperature, roles["critique"].reasoning_effort) == (0.0, "high")
    assert roles["critique"].max_answer_tokens == 900
    assert set(roles) == {"synthesize", "critique"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"temperature": ["poet=1"]}, "allowed: proposer, repairer, critic, planner, writer"),
        ({"temperature": ["hot"]}, "--temperature"),
        ({"temperature": ["writer=3"]}, "--temperature writer: input should be less than or equal to 2"),
        ({"reasoning_effort": ["critic=hard"]}, "'high'"),
        ({"redact": ["("]}, "pattern 1 is no regular expression"),
        ({"redact": ["a", "x*"]}, "pattern 2 matches the empty text"),
    ],
)
def test_mistakes_are_told(tmp_path: Path, options: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=r"^--") as told:
        context(tmp_path, **options)
    assert words in str(told.value)
