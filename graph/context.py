"""The settings of a run: names and limits only, JSON-able, so that Studio, scripts and files agree on them."""

import re
from collections.abc import Iterable
from datetime import datetime
from difflib import get_close_matches
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from graph.mix import Shape, parse_arguments, parse_lengths, parse_turn_kinds
from graph.option import Option, Panel
from graph.record import Role
from tool_registry.language_names import is_english, language_name
from tool_registry.permissions import Permissions

PolicyName = str
ReasoningEffort = Literal["none", "minimal", "low", "medium", "high", "xhigh"]

#: What pydantic is told where settings are made: it checks then what the files of earlier runs may have otherwise.
MAKING = "settings are made"

_MOMENT = re.compile(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}(?:[T ][0-9:.,]+(?:Z|[+-][0-9:]+)?)?", re.ASCII)


class ModelSettings(BaseModel):
    """How a model is asked. What is None is taken from the settings of the same name for all roles."""

    # Without the input in errors: a URL may hold a password.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    base_url: Annotated[str | None, Field(description="OpenAI-compatible endpoint of this role.")] = None
    api_key_env: Annotated[str | None, Field(description="Environment variable with this role's key.")] = None
    temperature: Annotated[float | None, Field(ge=0, le=2, description="Sampling temperature.")] = None
    reasoning_effort: Annotated[ReasoningEffort | None, Field(description="For models that reason.")] = None
    max_answer_tokens: Annotated[int | None, Field(ge=64, description="Tokens of one answer.")] = None
    request_timeout_s: Annotated[float | None, Field(gt=0, description="Seconds for one answer.")] = None
    extra_body: Annotated[dict[str, Any] | None, Field(description="Further members of requests.")] = None

    @field_validator("base_url")
    @classmethod
    def _url_is_plain(cls, value: str | None) -> str | None:
        return check_url(value)


class Context(BaseModel):
    """Settings that are the same for every sample of a run.

    Raises pydantic's ValidationError, which names the setting and what is allowed.
    """

    # Without the input in errors: a URL may hold a password.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    tools: Annotated[
        list[str],
        Field(
            min_length=1,
            description="Tool specs: builtin[:CATEGORY], python:FILE.py:NAME, python:MODULE:NAME, mcp:FILE, "
            "openapi:FILE|URL, toolbench:FOLDER, or config:{JSON of a source's settings}; see docs/tools.md.",
        ),
        Option(panel=Panel.TOOLS, metavar="SPEC"),
    ] = ["builtin"]
    allow_unannotated: Annotated[
        bool, Field(description="Run tools that do not say whether they are read-only."), Option(off="--no-unannotated")
    ] = False
    allow_writes: Annotated[
        bool, Field(description="Run tools that say they are not read-only."), Option(off="--no-writes")
    ] = False
    tool_timeout_s: Annotated[
        float, Field(gt=0, le=3600, description="Seconds before a call is a timeout; built-in tools have ten minutes.")
    ] = 20.0
    max_result_bytes: Annotated[
        int,
        Field(ge=256, le=64 * 1024 * 1024, description="A larger result (bytes of JSON) is cut and marked."),
    ] = 64 * 1024
    calls: Annotated[
        str,
        Field(description="Calls a record should have, LENGTH:PERCENT or LOW-HIGH:PERCENT with commas."),
        Option(panel=Panel.LOOP, metavar="MIX"),
    ] = "1:15,2:20,3-4:30,5-6:25,7-8:10"
    turns: Annotated[
        str,
        Field(description="Turns a dialogue should have, LENGTH:PERCENT or LOW-HIGH:PERCENT with commas."),
        Option(metavar="MIX"),
    ] = "1:50,2:25,3-4:25"
    turn_kinds: Annotated[
        str,
        Field(description="Kinds of the later turns, as far as they fit, KIND:PERCENT with commas."),
        Option(metavar="MIX"),
    ] = "follow_up:60,clarification:15,correction:10,refusal:5,chat:10"
    shape: Annotated[
        Shape,
        Field(
            description="parallel: no call uses another's result, all in one turn; dependent: each uses one; "
            "mixed: as it comes."
        ),
        Option(metavar="SHAPE"),
    ] = "mixed"
    arguments: Annotated[
        str,
        Field(
            description="Kinds of arguments that samples have, as far as tools do, KIND:PERCENT with commas; KIND is "
            "array, object, switch, choice, number, words (several), optional or any."
        ),
        Option(metavar="MIX"),
    ] = "any:100"
    tools_per_batch: Annotated[int, Field(ge=1, le=1000, description="Tools drawn for an iteration.")] = 50
    sampling: Annotated[
        Literal["uniform", "stratified", "composable"],
        Field(
            description="uniform draws every tool alike, stratified evenly over the categories, composable those that "
            "fit together."
        ),
        Option(metavar="HOW"),
    ] = "composable"
    proposals: Annotated[
        int, Field(ge=1, le=32, description="Calls proposed in an iteration, at most one more than are missing.")
    ] = 4
    accept_per_iteration: Annotated[
        int, Field(ge=1, le=32, description="Calls that one critique may add to the chain.")
    ] = 4
    max_iterations: Annotated[int, Field(ge=1, le=200, description="Iterations before a sample stops.")] = 10
    patience: Annotated[
        int,
        Field(ge=1, le=200, description="Iterations in a row without a kept call before a sample stops."),
    ] = 4
    min_share: Annotated[
        float,
        Field(
            gt=0,
            le=1,
            description="Share of the target length from which a critic may end a chain whose concern is answered.",
        ),
        Option(metavar="SHARE"),
    ] = 0.5
    max_tool_calls: Annotated[
        int, Field(ge=1, le=10_000, description="Calls a sample may execute, repairs included.")
    ] = 100
    max_call_repairs: Annotated[
        int, Field(ge=0, le=5, description="Repairs of a call that failed for its arguments.")
    ] = 1
    max_call_retries: Annotated[
        int,
        Field(ge=0, le=5, description="Repetitions, with growing pauses, of a read-only call that may succeed later."),
    ] = 2
    max_repairs: Annotated[
        int, Field(ge=0, le=10, description="Rewrites of a query whose proofs failed."), Option(panel=Panel.RECORDS)
    ] = 2
    now: Annotated[
        str | None,
        Field(description="The samples' present, ISO 8601; tools and queries never use the clock."),
        Option(metavar="ISO-8601"),
    ] = None
    timezone: Annotated[
        str | None, Field(description="IANA time zone of the samples' user."), Option(metavar="IANA")
    ] = None
    locale: Annotated[str, Field(description="Locale of the samples' user.")] = "en"
    ingredients: Annotated[
        bool,
        Field(description="Give each sample a person, a situation, places, names, a time and a size of amounts."),
    ] = True
    personas: Annotated[
        str | None,
        Field(description="File of people who ask, one a line or JSON Lines, instead of the built-in ones."),
        Option(metavar="FILE"),
    ] = None
    topics: Annotated[
        str | None,
        Field(description="File of what samples may be about, one a line or JSON Lines."),
        Option(metavar="FILE"),
    ] = None
    places: Annotated[
        str | None,
        Field(description="File of places, one a line or JSON Lines, instead of the built-in cities."),
        Option(metavar="FILE"),
    ] = None
    rules: Annotated[
        str | None,
        Field(
            description="TOML file of the rules that the assistant works under, or the name of rules that ship: "
            "ticket-desk, travel-agency; see docs/dialogues.md.",
        ),
        Option(metavar="FILE"),
    ] = None
    screens: Annotated[
        list[str],
        Field(description="Screens of installed packages that each record must pass, beside our own."),
        Option(metavar="NAME"),
    ] = []
    proposer: Annotated[
        PolicyName,
        Field(description="Policy that proposes and repairs calls."),
        Option(panel=Panel.DECIDERS, metavar="POLICY"),
    ] = "offline"
    critic: Annotated[PolicyName, Field(description="Policy that critiques."), Option(metavar="POLICY")] = "offline"
    planner: Annotated[
        PolicyName, Field(description="Policy that cuts a chain into turns."), Option(metavar="POLICY")
    ] = "offline"
    writer: Annotated[
        PolicyName, Field(description="Policy that writes query and response."), Option(metavar="POLICY")
    ] = "offline"
    language: Annotated[
        str | None,
        Field(
            description="Language that is written, by its English name, such as German; that of the locale when null."
        ),
        Option(panel=Panel.RECORDS, metavar="NAME"),
    ] = None
    thoughts: Annotated[
        bool, Field(description="Write before each call why it is made, from what is known by then."), Option()
    ] = False
    review: Annotated[
        bool,
        Field(description="Let each proved record wait until a person accepts, rejects or mends it."),
        Option(panel=Panel.RECORDS),
    ] = False
    judge: Annotated[
        str | None,
        Field(description="Model that solves and rates each record that keeps its promises."),
        Option(panel=Panel.JUDGE, metavar="MODEL"),
    ] = None
    judge_trials: Annotated[int, Field(ge=1, le=10, description="Times that the judge solves a query.")] = 3
    judge_turns: Annotated[int, Field(ge=1, le=50, description="Answers that the judge may give in a trial.")] = 10
    judge_tools: Annotated[
        int, Field(ge=1, le=500, description="Tools that the judge is offered, the record's own among them.")
    ] = 30
    judge_min_solved: Annotated[
        float,
        Field(ge=0, le=1, description="Share of trials, 0 to 1, that must come to the record's results."),
        Option(metavar="SHARE"),
    ] = 0.5
    judge_min_naturalness: Annotated[
        int, Field(ge=1, le=5, description="Lowest score, 1 to 5, for how natural a query is.")
    ] = 3
    judge_min_would_ask: Annotated[
        int, Field(ge=1, le=5, description="Lowest score, 1 to 5, for whether a person would ask it.")
    ] = 3
    judge_own_writing: Annotated[
        bool,
        Field(description="Let the judge be the model that writes the queries."),
        Option(off="--judge-other-writing"),
    ] = False
    base_url: Annotated[
        str | None,
        Field(description="OpenAI-compatible endpoint of openai:MODEL policies, usually ending in /v1."),
        Option(panel=Panel.MODELS, metavar="URL", secret=True),
    ] = None
    api_key_env: Annotated[
        str,
        Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", description="Environment variable with the key."),
        Option(metavar="NAME"),
    ] = "OPENAI_API_KEY"
    temperature: Annotated[
        float | None,
        Field(ge=0, le=2, description="Sampling temperature instead of the provider's own.", examples=[0.9]),
        Option(metavar="T", by_role=True),
    ] = None
    reasoning_effort: Annotated[
        ReasoningEffort | None,
        Field(description="Effort of models that reason, instead of the provider's own.", examples=["high"]),
        Option(metavar="LEVEL", by_role=True),
    ] = None
    max_answer_tokens: Annotated[
        int, Field(ge=64, le=1_000_000, description="Tokens of one answer, reasoning included.")
    ] = 4096
    request_timeout_s: Annotated[
        float, Field(gt=0, le=3600, description="Seconds before a request to a model is a timeout.")
    ] = 120.0
    requests_per_minute: Annotated[
        float | None, Field(gt=0, description="Most requests a minute to an endpoint, over all samples.")
    ] = None
    extra_body: Annotated[
        dict[str, Any],
        Field(description="Further members of each request's JSON, nothing secret."),
        Option(secret=True),
    ] = {}
    response_cache: Annotated[
        str | None,
        Field(description="SQLite file that keeps models' answers for the next run."),
        Option(metavar="FILE"),
    ] = None
    prices: Annotated[
        str | None, Field(description="TOML file with prices that go before the built-in ones."), Option(metavar="FILE")
    ] = None
    model_settings: Annotated[
        dict[Role, ModelSettings],
        Field(description="What differs by role; `repair` is as `propose` when absent."),
        Option(secret=True),
    ] = {}

    @model_validator(mode="before")
    @classmethod
    def _settings_are_known(cls, value: Any) -> Any:
        if isinstance(value, dict) and (wrong := unknown_settings(value)) is not None:
            raise ValueError(wrong)
        return value

    @field_validator("base_url")
    @classmethod
    def _url_is_plain(cls, value: str | None) -> str | None:
        return check_url(value)

    @field_validator("now")
    @classmethod
    def _now_is_a_moment(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and info.context == MAKING and not _is_moment(value):
            raise ValueError(
                "no ISO 8601 date or date and time of the years 1000 to 9000, "
                "such as 2026-05-01 or 2026-05-01T09:30:00+02:00"
            )
        return value

    @field_validator("personas", "topics", "places")
    @classmethod
    def _ingredients_are_on(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and info.data.get("ingredients") is False:
            raise ValueError("ingredients are off, so that no file of them is read; leave one of the two out")
        return value

    @field_validator("language")
    @classmethod
    def _language_can_be_written(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None:
            return None
        if info.data.get("writer") == "offline" and not is_english(value):
            raise ValueError("the offline writer writes English only; let a model write (writer openai:MODEL)")
        return language_name("en", value)

    @field_validator("judge")
    @classmethod
    def _judge_is_a_model(cls, value: str | None) -> str | None:
        if value is None:
            return None
        model = value.strip().removeprefix("openai:").strip()
        if not model or model == "offline":
            raise ValueError("the judge is a model, such as openai:gpt-5; offline cannot judge its own rules")
        return f"openai:{model}"

    @field_validator("calls", "turns")
    @classmethod
    def _mix_is_readable(cls, value: str, info: ValidationInfo) -> str:
        parse_lengths(value, info.field_name or "")
        return value

    @field_validator("arguments")
    @classmethod
    def _arguments_are_readable(cls, value: str) -> str:
        parse_arguments(value)
        return value

    @field_validator("turn_kinds")
    @classmethod
    def _kinds_are_readable(cls, value: str) -> str:
        parse_turn_kinds(value)
        return value

    @property
    def permissions(self) -> Permissions:
        """What the user allows to run."""
        return Permissions(allow_unannotated=self.allow_unannotated, allow_writes=self.allow_writes)


def unknown_settings(names: Iterable[str]) -> str | None:
    """Return what is wrong with names that are no settings and what is meant or allowed, None when all are some."""
    known = Context.model_fields
    unknown = [str(name) for name in names if name not in known]
    if not unknown:
        return None
    said = []
    for name in unknown:
        close = get_close_matches(name.replace("-", "_"), known, n=1)
        said.append(f"unknown setting {name!r}{f' (did you mean {close[0]!r}?)' if close else ''}")
    return f"{', '.join(said)}. Allowed: {', '.join(sorted(known))}"


def _is_moment(text: str) -> bool:
    try:
        # At the calendar's ends there are no days around it to draw.
        return bool(_MOMENT.fullmatch(text)) and 1000 <= datetime.fromisoformat(text).year <= 9000
    except ValueError:
        return False


def check_url(value: str | None) -> str | None:
    """Return the URL without a final slash. Raises ValueError unless it is http(s) without credentials."""
    if value is None:
        return None
    parts = urlsplit(value.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("base_url must be an http(s) URL, such as http://localhost:8000/v1")
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise ValueError("base_url must have a port from 1 to 65535, or none")
    if any(character.isspace() for character in value.strip()):
        raise ValueError("base_url must hold no space or line break")
    if parts.username or parts.password or parts.query:
        # The message must not repeat the URL: settings are written to run.json, errors to logs.
        raise ValueError("base_url must hold no user name, password or query: the key goes into the environment")
    return value.strip().rstrip("/")
