"""The registry of what can be added by name: ours and plugins', and plugins that cannot be used."""

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.plugins import install
from tool_registry import extensions
from tool_registry.extensions import ExtensionError, ExtensionPoint
from tool_registry.sources.parse import PythonSource
from tool_registry.sources.python.importing import import_source

GROUP = "toolgrad.numbers"


def checked(value: Any, name: str) -> int:
    if not isinstance(value, int):
        raise ValueError(f"is of type {type(value).__name__}; it must be a whole number")
    return value


def point() -> ExtensionPoint[int]:
    return ExtensionPoint(GROUP, "number", {"one": 1, "size": "sys:maxsize"}, checked, reserved=["config"])


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    return folder


def test_a_packages_name_stands_beside_ours(site: Path) -> None:
    install(site, "numbers-two", {GROUP: {"two": "plugin_two:VALUES.real"}}, plugin_two="VALUES = 2")
    numbers = point()
    assert numbers.names() == ["one", "size", "two"]
    assert "plugin_two" not in sys.modules
    assert [numbers.get(name) for name in numbers.names()] == [1, sys.maxsize, 2]
    assert str(numbers.plugin("two")) == (
        "numbers-two 1.0, entry point `two = plugin_two:VALUES.real` of toolgrad.numbers"
    )
    assert numbers.plugin("one") is None
    assert numbers.everything() == ({"one": 1, "size": sys.maxsize, "two": 2}, [])


def test_our_names_read_no_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> None:
        raise AssertionError("entry points are read")

    monkeypatch.setattr(extensions, "_read_installed", refuse)
    numbers = point()
    assert (numbers.get("one"), numbers.get("size"), numbers.plugin("one")) == (1, sys.maxsize, None)
    with pytest.raises(AssertionError):
        numbers.get("two")


@pytest.mark.parametrize(
    ("value", "text", "said"),
    [
        (
            "broken_one:VALUE",
            "import nowhere_to_be_found",
            "No module named 'nowhere_to_be_found' (/",
        ),
        ("broken_two:VALUE", "VALUE = 1\nraise SystemExit(3)", "cannot be imported: SystemExit: 3"),
        ("broken_three:VALUE", "VALUE = (", "broken_three.py, line 1)"),
        ("broken_four:VALUES", "VALUE = 1", "has no attribute 'VALUES'"),
        ("broken_five:VALUE", "VALUE = '1'", "it is of type str; it must be a whole number"),
        ("broken six", "", "'broken six' is not MODULE:ATTRIBUTE"),
        ("absent_module:VALUE", "", "No module named 'absent_module'"),
    ],
)
def test_what_cannot_be_used_is_told_and_spoils_nothing_else(site: Path, value: str, text: str, said: str) -> None:
    module = value.partition(":")[0].replace(" ", "_")
    install(site, "numbers-bad", {GROUP: {"bad": value}}, **({module: text} if text else {}))
    install(site, "numbers-good", {GROUP: {"good": "good_numbers:VALUE"}}, good_numbers="VALUE = 5")
    numbers = point()
    with pytest.raises(ExtensionError) as caught:
        numbers.get("bad")
    assert f"numbers-bad 1.0, entry point `bad = {value}` of toolgrad.numbers" in str(caught.value)
    assert said in str(caught.value)
    found, problems = numbers.everything()
    assert (found["good"], "bad" in found) == (5, False)
    assert problems == [str(caught.value)]


@pytest.mark.parametrize(
    ("name", "why"),
    [("one", "one is toolgrad's own number"), ("config", "means something else"), ("Big One", "lower-case letters")],
)
def test_a_name_that_cannot_be_had_is_told(site: Path, name: str, why: str) -> None:
    install(
        site,
        "numbers-again",
        {GROUP: {name: "numbers_again:VALUE", "six": "numbers_again:VALUE"}},
        numbers_again="VALUE = 6",
    )
    numbers = point()
    assert numbers.get("one") == 1
    assert numbers.names() == ["one", "size", "six"]
    (problem,) = numbers.problems()
    assert problem.startswith(f"numbers-again 1.0, entry point `{name} = numbers_again:VALUE`")
    assert why in problem
    with pytest.raises(ExtensionError) as caught:
        numbers.get("sixx")
    assert str(caught.value) == f"there is no number 'sixx'. Did you mean 'six'? Allowed: one, size, six\n{problem}"


def test_a_name_that_two_packages_give_is_nobodys(site: Path) -> None:
    for name in ("numbers-left", "numbers-right"):
        install(site, name, {GROUP: {"both": "numbers_both:VALUE"}}, numbers_both="VALUE = 7")
    numbers = point()
    assert numbers.names() == ["one", "size"]
    with pytest.raises(ExtensionError, match=r"(?s)both is left out: 2 packages give it \(numbers-left.*numbers-right"):
        numbers.get("both")


def test_a_package_that_is_found_twice_counts_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder, version in (("older", "1.0"), ("newer", "2.0")):
        install(tmp_path / folder, "numbers-twice", {GROUP: {"twice": "n_twice:V"}}, version, n_twice="V = 8")
        monkeypatch.syspath_prepend(tmp_path / folder)
    plugin = point().plugin("twice")
    assert plugin is not None
    assert plugin.version == "2.0"


def test_damaged_metadata_costs_nobody_anything(site: Path) -> None:
    (site / "empty-1.0.dist-info").mkdir()
    (site / "torn-1.0.dist-info").mkdir()
    (site / "torn-1.0.dist-info" / "METADATA").write_bytes(b"\xff\xfe\x00Name")
    install(site, "numbers-whole", {GROUP: {"nine": "numbers_nine:VALUE"}}, numbers_nine="VALUE = 9")
    assert point().get("nine") == 9


def test_what_lies_in_the_folder_of_a_users_module_is_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "numbers-planted", {GROUP: {"planted": "planted_tools:VALUE"}}, planted_tools="VALUE = 3")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [each for each in sys.path if each])
    _, value = import_source(PythonSource("planted_tools", "VALUE"))
    assert value == 3
    assert str(tmp_path) in sys.path
    assert point().names() == ["one", "size"]
