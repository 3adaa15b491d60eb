"""A rules file: TOML with the words of the system prompt and the rules; errors say where, and what to write."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from graph.record import PolicyRules, Rule
from nodes.rules.language import RuleError, read_forbids
from tool_registry.tool import LoadError

#: Those that ship, named without their ending.
EXAMPLES = Path(__file__).with_name("examples")
BYTES_MAX = 256 * 1024
RULES_MAX = 100
TEXT_MAX = 20_000
_KEYS = ("name", "text", "user", "rules")
_RULE_KEYS = ("text", "forbids")
_USER_MAX = 50


class RulesFileError(LoadError):
    """A rules file cannot be used; the message says where, why and what to do."""


@dataclass(frozen=True)
class RulesFile:
    """A policy as its file has it. `user` is what the context tells of the person; `digest` is the file's SHA-256."""

    path: Path
    digest: str
    policy: PolicyRules
    user: dict[str, Any] = field(default_factory=dict)


def names_of_examples() -> list[str]:
    """Return the names of the rules that ship."""
    return sorted(path.stem for path in EXAMPLES.glob("*.toml"))


def path_of(name: str) -> Path:
    """Return the file that the setting names: one that ships by its name alone, else a path."""
    return EXAMPLES / f"{name}.toml" if name in names_of_examples() else Path(name)


def read_rules(name: str) -> RulesFile:
    """Read the rules that ship under that name, or the file. Raises RulesFileError."""
    path = path_of(name)
    try:
        with path.open("rb") as file:
            raw = file.read(BYTES_MAX + 1)
    except OSError as error:
        ship = (
            f" Or name one that ships: {', '.join(names_of_examples())}."
            if isinstance(error, FileNotFoundError)
            else ""
        )
        raise RulesFileError(f"{name}: cannot be read: {error.strerror or error}.{ship}") from error
    if len(raw) > BYTES_MAX:
        raise RulesFileError(
            f"{name}: larger than {BYTES_MAX // 1024} KiB, which no list of rules is. Is it the right file?"
        )
    try:
        data = tomllib.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise RulesFileError(f"{name}: no UTF-8 at byte {error.start}. Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise RulesFileError(f"{name}: no TOML: {error}. See docs/dialogues.md for the form.") from error
    except RecursionError as error:
        raise RulesFileError(f"{name}: nested too deeply.") from error
    try:
        policy, user = _policy_of(data, Path(name).stem)
    except RuleError as error:
        raise RulesFileError(f"{name}: {error}") from error
    return RulesFile(path, hashlib.sha256(raw).hexdigest(), policy, user)


def system_words(text: str, rules: list[Rule]) -> str:
    """Return the system prompt: the words before the rules, and the rules, numbered from 1."""
    lines = [f"{number}. {rule.text}" for number, rule in enumerate(rules, start=1)]
    return "\n\n".join(filter(None, [text.strip(), "\n".join(["Rules:", *lines])]))


def _policy_of(data: Mapping[str, Any], stem: str) -> tuple[PolicyRules, dict[str, Any]]:
    _check_keys(data, _KEYS, "")
    text = data.get("text", "")
    if not isinstance(text, str) or len(text) > TEXT_MAX:
        raise RuleError(f"text: write the words before the rules, at most {TEXT_MAX} characters")
    name = data.get("name", stem)
    if not isinstance(name, str) or not name.strip() or len(name) > 100:
        raise RuleError("name: write a name of at most 100 characters")
    user = data.get("user", {})
    if not isinstance(user, Mapping) or len(user) > _USER_MAX:
        raise RuleError(f'user: write a table of at most {_USER_MAX} facts, such as [user] and below it plan = "basic"')
    facts = {key: _fact(value, key) for key, value in user.items()}
    tables = data.get("rules")
    if not isinstance(tables, list) or not tables:
        raise RuleError('no rule: write [[rules]] and below it text = "…" and forbids = { tool = "…", when = { … } }')
    if len(tables) > RULES_MAX:
        raise RuleError(f"{len(tables)} rules are too many; at most {RULES_MAX}")
    rules = [_rule_of(table, number) for number, table in enumerate(tables, start=1)]
    return PolicyRules(name=name.strip(), text=system_words(text, rules), rules=rules), facts


def _rule_of(table: Any, number: int) -> Rule:
    try:
        if not isinstance(table, Mapping):
            raise RuleError("write [[rules]] before it, with two brackets")
        _check_keys(table, _RULE_KEYS, "")
        text = table.get("text")
        if not isinstance(text, str) or not text.strip() or len(text) > 1000:
            raise RuleError("text: write the rule in words, at most 1000 characters")
        if "forbids" not in table:
            raise RuleError('forbids is missing: what the rule forbids, such as { tool = "refund", when = { … } }')
        read_forbids(table["forbids"])
        return Rule(text=text.strip(), forbids=_as_json(table["forbids"]))
    except RuleError as error:
        raise RuleError(f"rule {number}: {error}") from error


def _check_keys(table: Mapping[str, Any], allowed: tuple[str, ...], where: str) -> None:
    for key in table:
        if key not in allowed:
            close = get_close_matches(key.lower(), allowed, n=1)
            meant = f" (did you mean {close[0]}?)" if close else ""
            raise RuleError(f"{where}unknown key {key[:60]!r}{meant}; allowed: {', '.join(allowed)}")


def _fact(value: Any, key: str) -> Any:
    if isinstance(value, Mapping) or (isinstance(value, list) and any(isinstance(e, Mapping | list) for e in value)):
        raise RuleError(f"user.{key}: write a text, a number, a date, true or false, or a list of these")
    return _as_json(value)


def _as_json(value: Any) -> Any:
    """Return TOML as JSON has it: dates and times are texts."""
    if isinstance(value, Mapping):
        return {key: _as_json(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_as_json(each) for each in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
