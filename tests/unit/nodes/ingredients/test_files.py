"""Files of ingredients: what a line may be, what is left out and told, and what is refused with a remedy."""

import json
import os
import tracemalloc
from pathlib import Path

import pytest

from graph.context import Context
from nodes.ingredients.draw import draw
from nodes.ingredients.entries import MEMBERS
from nodes.ingredients.files import IngredientFileError, open_file


def written(path: Path, content: str | bytes) -> str:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def test_a_line_is_an_entry(tmp_path: Path) -> None:
    path = written(
        tmp_path / "people.txt", "\ufeffa baker in Graz\r\n\n  a  diver \x1b[31mwith\x07 a boat\nlast without end"
    )
    file = open_file("personas", path)
    assert file.count == 3
    assert file.notes == []
    assert [file.entry(number).who for number in range(3)] == [
        "a baker in Graz",
        "a diver with a boat",
        "last without end",
    ]


def test_members_of_an_object_go_together(tmp_path: Path) -> None:
    rows = [
        {"persona": "a baker", "name": "Ida Berg", "city": "Graz", "country": "Austria", "amount": 40, "unread": [1]},
        {"persona": "a diver", "topic": "a boat trip", "when": "2026-05-14", "amount": "many"},
        "a potter",
    ]
    path = written(tmp_path / "people.jsonl", "\n".join(map(json.dumps, rows)))
    context = Context(personas=path)
    drawn = {made.who: made for made in (draw(context, 5, index) for index in range(3))}
    assert set(drawn) == {"a baker", "a diver", "a potter"}
    baker, diver, potter = drawn["a baker"], drawn["a diver"], drawn["a potter"]
    assert (baker.names[0], baker.places[0], baker.amount, len(baker.places)) == ("Ida Berg", "Graz, Austria", 40, 2)
    assert (diver.topic, diver.day) == ("a boat trip", "2026-05-14")
    assert isinstance(diver.amount, float)
    # Whom somebody wrote a file of is not put into a situation of ours.
    assert potter.topic is None


def test_the_docs_example_is_read_and_its_members_are_those_that_are_read(tmp_path: Path) -> None:
    page = (Path(__file__).parents[4] / "docs" / "diversity.md").read_text()
    example = page.partition("```json\n")[2].partition("```")[0]
    file = open_file("personas", written(tmp_path / "people.jsonl", example))
    assert (file.count, file.notes) == (2, [])
    assert file.entry(0).places == ["Graz, Austria"]
    assert (file.entry(1).day, file.entry(1).amount) == ("2026-05-14", 400)
    for ingredient, members in MEMBERS.items():
        (row,) = (line for line in page.splitlines() if line.startswith(f"| {ingredient} |"))
        assert all(f"`{member}`" in row for member in members)


def test_places_are_taken_two_at_a_time(tmp_path: Path) -> None:
    path = written(tmp_path / "places.txt", "".join(f"Place {number}\n" for number in range(40)))
    context = Context(
        places=path, topics=written(tmp_path / "topics.jsonl", '{"title": "a trip", "name": "of no use"}')
    )
    drawn = [draw(context, 1, index) for index in range(20)]
    assert sorted(place for made in drawn for place in made.places) == sorted(f"Place {n}" for n in range(40))
    assert {made.topic for made in drawn} == {"a trip"}


def test_what_is_wrong_with_lines_is_told(tmp_path: Path) -> None:
    lines = [b"fine %d" % number for number in range(20)]
    lines[2:2] = [b"caf\xe9", b"<li>a cook</li>", b"x" * 1_000_000, b"", b"sk-" + b"a" * 30, b"3 < 5 > 4", b"y " * 400]
    file = open_file("topics", written(tmp_path / "topics.txt", b"\n".join(lines)))
    assert file.count == 22
    left_out, cut = file.notes
    assert "4 of 26 lines are left out" in left_out
    for words in ("no UTF-8 (line 3)", "HTML (line 4)", "longer than 16,384 bytes (line 5)", "a token (line 7)"):
        assert words in left_out
    assert "1 entries are cut to 300 characters" in cut
    texts = [file.entry(number).topic or "" for number in range(file.count)]
    assert {"fine 19", "3 < 5 > 4"} <= set(texts)
    assert max(map(len, texts)) <= 300
    assert "sk-a" not in "".join([*file.notes, *texts])


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.txt", b"", "the file is empty"),
        ("blank.txt", b"\n \n\t\n", "the file is empty"),
        ("page.txt", b"\n<!DOCTYPE html><html><body>404</body></html>", "a page of HTML"),
        ("wide.txt", "a cook\n".encode("utf-16"), "UTF-16. Save it as UTF-8"),
        ("bytes.bin", b"PK\x03\x04\0\0", "no text"),
        ("rows.json", b'[{"who": "a cook"}]', "jq -c '.[]' rows.json"),
        ("object.json", b'{\n  "who": "a cook"\n}\n', "Write one JSON object a line"),
        ("latin.txt", "é\nü\nè\nplain\n".encode("latin-1"), "1 of 4 lines can be used; 3 are no UTF-8"),
        ("deep.jsonl", b"[" * 10_000, "is no JSON"),
        ("fields.jsonl", b'{"profession": "cook"}', "without a text in who, persona, person, text"),
    ],
)
def test_a_file_of_no_use_is_refused(name: str, content: bytes, words: str, tmp_path: Path) -> None:
    with pytest.raises(IngredientFileError) as refused:
        open_file("personas", written(tmp_path / name, content))
    assert words in str(refused.value)
    assert str(refused.value).startswith(f"personas {tmp_path / name}: ")


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.txt"):
        with pytest.raises(IngredientFileError, match="cannot be read: "):
            open_file("places", str(path))


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", "/dev/zero"):
        with pytest.raises(IngredientFileError, match="Save it as a file first"):
            open_file("places", str(path))


def test_odd_values_of_members_are_let_be(tmp_path: Path) -> None:
    odd = ('{"who": "a", "amount": 1' + "0" * 400 + "}", '{"who": "b", "amount": NaN, "names": [1, "\\ud800x"]}')
    file = open_file("personas", written(tmp_path / "odd.jsonl", "\n".join(odd)))
    entries = [file.entry(number) for number in range(file.count)]
    assert [(entry.who, entry.amount, entry.names) for entry in entries] == [("a", None, []), ("b", None, ["\ufffdx"])]


def test_a_file_that_changes_meanwhile_is_noticed(tmp_path: Path) -> None:
    path = written(tmp_path / "people.txt", "one\ntwo\n")
    file = open_file("personas", path)
    written(tmp_path / "people.txt", "one\ntwo\nthree\n")
    with pytest.raises(IngredientFileError, match="has changed since it was read"):
        file.entry(0)
    os.unlink(path)
    with pytest.raises(IngredientFileError, match="cannot be read"):
        file.entry(0)


def test_a_long_file_is_read_lazily(tmp_path: Path) -> None:
    count = 200_000
    path = written(tmp_path / "people.txt", "".join(f"a person of number {number}\n" for number in range(count)))
    tracemalloc.start()
    try:
        file = open_file("personas", path)
        entries = [file.entry(number).who for number in (0, 1, 65_536, 131_071, 131_072, count - 1)]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert file.count == count
    assert entries == [f"a person of number {number}" for number in (0, 1, 65_536, 131_071, 131_072, count - 1)]
    assert peak < 4_000_000
