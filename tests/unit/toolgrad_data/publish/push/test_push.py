"""Data sets reach the Hub and LangSmith by their own libraries, over loopback, whole and once."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.fixtures.dialogues import FILE, dialogues
from tests.publishing_servers import Published, publishing
from tests.unit.toolgrad_data.command import toolgrad
from tests.unit.toolgrad_data.export.test_data_options import call
from tests.unit.toolgrad_data.publish.card.test_card import card_call


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Published]:
    with publishing() as found:
        monkeypatch.setenv("HF_ENDPOINT", found.url)
        monkeypatch.setenv("HF_TOKEN", "hf_secret")
        monkeypatch.setenv("LANGSMITH_ENDPOINT", found.url)
        monkeypatch.setenv("LANGSMITH_API_KEY", "ls_secret")
        yield found


def push(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    return toolgrad(monkeypatch, "push", *arguments)


@pytest.fixture
def folder(run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    data = tmp_path / "data"
    assert call(monkeypatch, run_folder, "-f", "trl", "-o", data / "set.jsonl", "--test-ratio", 0.2) == 0
    (data / "notes.txt").write_text("mine")
    return data


def test_a_folder_goes_to_the_hub_as_one_commit(
    run_folder: Path,
    folder: Path,
    server: Published,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert card_call(monkeypatch, run_folder, "--data", folder, "--out", folder / "README.md") == 0
    assert push(monkeypatch, run_folder, "--to", "hub", "--name", "me/calls", "--data", folder) == 0
    names = ["README.md", "set.test.jsonl", "set.train.jsonl"]
    assert server.files == {name: (folder / name).read_bytes() for name in names}
    assert server.commits == ["Upload set.train.jsonl, set.test.jsonl"]
    assert server.made == [{"name": "calls", "organization": "me", "type": "dataset", "visibility": "private"}]
    assert server.tokens == {"Bearer hf_secret"}
    out = capsys.readouterr()
    assert f"{server.url}/datasets/me/calls/commit/abc" in out.out
    assert "hf_secret" not in out.out + out.err


def test_a_run_goes_to_the_hub_with_files_and_a_card_made_of_it(
    run_folder: Path, server: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ["--candidates", 6, "--test-ratio", 0.2, "--license", "cc-by-4.0", "--public", "-f", "openai"]
    assert push(monkeypatch, run_folder, "--to", "hub", "--name", "me/calls", *options) == 0
    assert sorted(server.files) == ["README.md", "data.test.jsonl", "data.train.jsonl"]
    head = yaml.safe_load(server.files["README.md"].decode().split("---")[1])
    assert head["license"] == "cc-by-4.0"
    assert [split["name"] for split in head["dataset_info"]["splits"]] == ["train", "test"]
    rows = [json.loads(line) for line in server.files["data.train.jsonl"].splitlines()]
    assert all(len(row["tools"]) >= 6 for row in rows)
    assert server.made[0].get("visibility", "public") == "public"


def test_examples_go_to_langsmith_with_what_is_expected(
    run_folder: Path, server: Published, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--negatives", 0.25, "--test-ratio", 0.2]
    assert push(monkeypatch, run_folder, "--to", "langsmith", "--name", "calls", *options) == 0
    assert f"pushed        {len(server.examples)} examples" in capsys.readouterr().out
    assert server.made[0]["name"] == "calls"
    assert len(server.examples) > 60
    assert {one["split"] for one in server.examples.values()} == {"train", "test"}
    assert server.tokens == {"ls_secret"}
    for one in server.examples.values():
        assert one["inputs"]["messages"][-1]["role"] == "user"
        assert one["outputs"]["messages"][0]["role"] == "assistant"
        assert one["inputs"]["tools"][0]["function"]["name"]
        assert one["metadata"]["record"].startswith("s23-")
    kinds = {one["metadata"]["kind"] for one in server.examples.values()}
    assert kinds >= {"positive", "irrelevant", "missing_argument"}


def test_a_data_set_that_is_there_is_not_added_to(
    run_folder: Path, server: Published, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    server.made.append({"name": "calls"})
    assert push(monkeypatch, run_folder, "--to", "langsmith", "--name", "calls") == 2
    assert "has a data set of that name" in capsys.readouterr().err
    assert server.examples == {}


@pytest.mark.parametrize(
    ("place", "name", "refused"), [("hub", "me/calls", "/commit/"), ("langsmith", "calls", "/examples")]
)
def test_a_refusal_is_told_without_the_key(
    run_folder: Path,
    server: Published,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    place: str,
    name: str,
    refused: str,
) -> None:
    server.refused = refused
    assert push(monkeypatch, run_folder, "--to", place, "--name", name) == 1
    said = capsys.readouterr().err
    assert "refused it" in said
    assert "secret" not in said


def test_what_is_missing_is_named(
    run_folder: Path,
    folder: Path,
    server: Published,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert push(monkeypatch, run_folder, "--to", "hub", "--name", "me/calls", "--data", folder) == 2
    assert "has no README.md" in capsys.readouterr().err
    (folder / "README.md").write_text("---\n---\n")
    assert push(monkeypatch, run_folder, "--to", "hub", "--name", "a/b/c", "--data", folder) == 2
    assert "a/b/c" in capsys.readouterr().err
    monkeypatch.setattr("huggingface_hub.get_token", lambda: None)
    assert push(monkeypatch, run_folder, "--to", "hub", "--name", "me/calls", "--data", folder) == 2
    assert "HF_TOKEN" in capsys.readouterr().err
    monkeypatch.delenv("LANGSMITH_API_KEY")
    monkeypatch.delenv("LANGCHAIN_API_KEY", raising=False)
    assert push(monkeypatch, run_folder, "--to", "langsmith", "--name", "calls") == 2
    assert "LANGSMITH_API_KEY" in capsys.readouterr().err
    assert push(monkeypatch, run_folder, "--to", "langsmith", "--name", "calls", "--data", folder) == 2
    assert server.files == {}
    assert server.examples == {}


def test_each_turn_of_a_dialogue_is_to_be_answered_with_what_was_said_before(
    tmp_path: Path, server: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "records.jsonl").write_text(FILE.read_text(encoding="utf-8"), encoding="utf-8")
    assert push(monkeypatch, tmp_path, "--to", "langsmith", "--name", "talks") == 0
    turns = [turn for record in dialogues() for turn in record.turns]
    assert len(server.examples) == len(turns)
    for example, turn in zip(server.examples.values(), turns, strict=True):
        assert example["inputs"]["messages"][-1] == {"role": "user", "content": turn.query}
        expected = example["outputs"]["messages"]
        assert expected[-1] == {"role": "assistant", "content": turn.response}
        assert "user" not in {message["role"] for message in expected}
