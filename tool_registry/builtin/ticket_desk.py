"""A help desk whose tickets change: a toolkit with state, for `stateful = true`.

Not among the built-in tools, because it writes. Name it as `python:tool_registry.builtin.ticket_desk:TicketDesk`.
Everything it makes follows from the order of the calls: numbers are counted up and there is no clock.
"""

from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypedDict  # pydantic refuses typing's before Python 3.12

from tool_registry.builtin.phrasebook import phrases
from tool_registry.declare import annotate

_SUBJECTS = (
    "printer on the second floor jams",
    "new laptop will not start",
    "password reset link has expired",
    "meeting room screen stays dark",
    "invoice was sent twice",
    "badge does not open the garage",
    "headset crackles in every call",
    "shared folder is read only",
)
_COMMENTS = (
    "The customer called again.",
    "A spare part is on its way.",
    "It happens every morning.",
    "The manual did not help.",
    "Remote access was granted.",
)
AGENTS = ("Amina", "Bruno", "Chiara", "Dmitri")
_PRIORITIES = {"P1": "urgent", "P2": "normal", "P3": "low"}

Priority = Literal["P1", "P2", "P3"]


def _about(title: str, *, refer: tuple[str, ...] = (), again: str = "", **more: Any) -> Any:
    """Return how a value is called and spoken of (docs/phrases.md)."""
    spoken = {**({"refer": list(refer)} if refer else {}), **({"again": again} if again else {})}
    extra = {**more.pop("extra", {}), **({"x-phrases": spoken} if spoken else {})}
    return Field(title=title, json_schema_extra=extra, **more)


_LABELLED = {"oneOf": [{"const": code, "title": title} for code, title in _PRIORITIES.items()]}

TicketNumber = Annotated[
    str,
    Field(
        title="ticket number",
        description="Number of the ticket.",
        examples=["T-1001", "T-1002", "T-1003"],
        json_schema_extra={
            "format": "ticket-number",
            "x-phrases": {"mention": ["ticket {}", "{}"], "again": "that ticket"},
        },
    ),
]
Subject = Annotated[
    str,
    Field(
        title="subject",
        description="What is wrong, in a few words.",
        min_length=3,
        examples=list(_SUBJECTS),
        json_schema_extra={"format": "ticket-subject", "x-phrases": {"mention": ['"{}"'], "again": "that problem"}},
    ),
]
Agent = Annotated[
    str,
    Field(
        title="agent",
        description="First name of the agent.",
        examples=list(AGENTS),
        json_schema_extra={"format": "agent-name", "x-phrases": {"again": "that agent"}},
    ),
]
Comment = Annotated[
    str,
    Field(
        title="comment",
        description="The text of the comment.",
        min_length=1,
        examples=list(_COMMENTS),
        json_schema_extra={"format": "ticket-comment", "x-phrases": {"mention": ['"{}"'], "again": "that comment"}},
    ),
]
_NUMBER = {"format": "ticket-number"}
_AGENT = {"format": "agent-name"}


class Created(TypedDict):
    """A new ticket."""

    ticket: Annotated[str, _about("ticket number", refer=("the new ticket",), again="the new ticket", extra=_NUMBER)]
    waiting: Annotated[int, _about("tickets without an agent")]


class Assigned(TypedDict):
    """How much an agent has to do now."""

    assigned: Annotated[int, _about("tickets of the agent")]


class Commented(TypedDict):
    """How many comments a ticket has now."""

    comments: Annotated[int, _about("number of comments")]


class Closed(TypedDict):
    """How many tickets are left."""

    left: Annotated[int, _about("tickets that are not closed")]


class Ticket(TypedDict):
    """A ticket as it stands."""

    subject: Annotated[str, _about("subject", refer=("what {ticket} is about",), again="that problem")]
    priority: Annotated[Priority, _about("priority", extra=_LABELLED)]
    has_agent: Annotated[bool, _about("assigned")]
    is_closed: Annotated[bool, _about("closed")]
    comments: Annotated[int, _about("number of comments")]


class Owner(TypedDict):
    """Who works on a ticket."""

    agent: Annotated[str, _about("agent", refer=("the agent who works on {ticket}",), again="that agent", extra=_AGENT)]


class Waiting(TypedDict):
    """Tickets that nobody works on, the oldest first."""

    tickets: list[
        Annotated[
            str,
            _about(
                "ticket number",
                refer=("the {#} ticket that nobody works on",),
                again="that ticket",
                extra=_NUMBER,
            ),
        ]
    ]


class OfAgent(TypedDict):
    """Tickets that an agent works on, the oldest first."""

    tickets: list[
        Annotated[
            str,
            _about("ticket number", refer=("the {#} ticket of {agent}",), again="that ticket", extra=_NUMBER),
        ]
    ]


@dataclass
class _Ticket:
    subject: str
    priority: Priority
    agent: str | None = None
    is_closed: bool = False
    comments: list[str] = field(default_factory=list)


def _spoken(text: str) -> dict[str, Any]:
    return {"x-phrases": phrases(text)}


@annotate(deterministic=True, open_world=False, category="ticket desk")
class TicketDesk:
    """A help desk with three tickets in it, one of them assigned."""

    def __init__(self) -> None:
        priorities: tuple[Priority, ...] = ("P2", "P1", "P3")
        self._tickets = {
            f"T-{1001 + position}": _Ticket(_SUBJECTS[position], priority)
            for position, priority in enumerate(priorities)
        }
        self._tickets["T-1002"].agent = AGENTS[0]

    @annotate(
        read_only=False,
        destructive=False,
        json_schema_extra=_spoken("""
            ? Open a new ticket about {subject}[ with {priority} priority].
            ? Please file a new ticket[ with {priority} priority]: {subject}.
            ? Could you open a ticket saying {subject}[, with {priority} priority]?
            = I opened a ticket about {subject}: its number is {/ticket}, and {/waiting} {/waiting?ticket is:tickets
              are} now waiting for an agent.
            ~ I am covering the help desk this morning.
            ~ A colleague just stopped me in the corridor.
            """),
    )
    def create_ticket(
        self,
        subject: Subject,
        priority: Annotated[
            Priority,
            Field(title="priority", description="How soon somebody must look at it.", json_schema_extra=_LABELLED),
        ] = "P2",
    ) -> Created:
        """Open a ticket; it gets the next number."""
        number = f"T-{1001 + len(self._tickets)}"
        self._tickets[number] = _Ticket(subject, priority)
        return {"ticket": number, "waiting": len(self._numbers(None))}

    @annotate(
        read_only=False,
        destructive=False,
        idempotent=True,
        json_schema_extra=_spoken("""
            ? Assign {ticket} to {agent}.
            ? Could you give {ticket} to {agent}?
            ? Please let {agent} take care of {ticket}.
            = I assigned {ticket} to {agent}, who now has {/assigned} {/assigned?ticket:tickets}.
            ~ I'm handing out the work for today.
            """),
    )
    def assign_ticket(self, ticket: TicketNumber, agent: Agent) -> Assigned:
        """Give a ticket to an agent."""
        found = self._unclosed(ticket)
        if agent not in AGENTS:
            raise ValueError(f"there is no agent {agent!r}; there are {', '.join(AGENTS)}")
        found.agent = agent
        return {"assigned": len(self._numbers(agent))}

    @annotate(
        read_only=False,
        destructive=False,
        json_schema_extra=_spoken("""
            ? Add the comment {comment} to {ticket}.
            ? Could you note {comment} on {ticket}?
            ? Please leave the comment {comment} on {ticket}.
            = I added the comment to {ticket}, which has {/comments} {/comments?comment:comments} now.
            """),
    )
    def comment_on_ticket(self, ticket: TicketNumber, comment: Comment) -> Commented:
        """Add a comment to a ticket that is not closed."""
        found = self._unclosed(ticket)
        found.comments.append(comment)
        return {"comments": len(found.comments)}

    @annotate(
        read_only=False,
        destructive=True,
        json_schema_extra=_spoken("""
            ? Close {ticket}.
            ? Could you mark {ticket} as done?
            ? Please close {ticket}, it is solved.
            = I closed {ticket}; that leaves {/left} {/left?ticket:tickets} to be solved.
            """),
    )
    def close_ticket(self, ticket: TicketNumber) -> Closed:
        """Close a ticket."""
        self._unclosed(ticket).is_closed = True
        return {"left": sum(not each.is_closed for each in self._tickets.values())}

    @annotate(
        read_only=True,
        json_schema_extra=_spoken("""
            ? how {ticket} stands
            ? what the state of {ticket} is
            ? What is the state of {ticket}?
            ? Look up {ticket}.
            = {ticket} is about "{/subject}". Its priority is {/priority}, it {/is_closed?is closed:is not closed},
              somebody works on it: {/has_agent?yes:no}, and it has {/comments} {/comments?comment:comments}.
            """),
    )
    def get_ticket(self, ticket: TicketNumber) -> Ticket:
        """Look up what a ticket is about, how urgent it is, whether it has an agent and whether it is closed."""
        found = self._found(ticket)
        return {
            "subject": found.subject,
            "priority": found.priority,
            "has_agent": found.agent is not None,
            "is_closed": found.is_closed,
            "comments": len(found.comments),
        }

    @annotate(
        read_only=True,
        json_schema_extra=_spoken("""
            ? who works on {ticket}
            ? Who works on {ticket}?
            ? Find out who takes care of {ticket}.
            = {ticket} is with {/agent}.
            """),
    )
    def agent_of_ticket(self, ticket: TicketNumber) -> Owner:
        """Find out which agent works on a ticket."""
        found = self._found(ticket)
        if found.agent is None:
            raise ValueError(f"nobody works on {ticket}")
        return {"agent": found.agent}

    @annotate(
        read_only=True,
        json_schema_extra=_spoken("""
            ? which tickets nobody works on
            ? Which tickets are still waiting for an agent?
            ? List the tickets that have no agent.
            = The tickets that nobody works on: {/tickets/*}.
            """),
    )
    def waiting_tickets(self) -> Waiting:
        """List the tickets that no agent works on."""
        return {"tickets": self._numbers(None)}

    @annotate(
        read_only=True,
        json_schema_extra=_spoken("""
            ? which tickets {agent} works on
            ? Which tickets does {agent} have?
            ? List the tickets of {agent}.
            = The tickets of {agent}: {/tickets/*}.
            """),
    )
    def agent_tickets(self, agent: Agent) -> OfAgent:
        """List the tickets that an agent works on."""
        return {"tickets": self._numbers(agent)}

    def _numbers(self, agent: str | None) -> list[str]:
        return [number for number, each in self._tickets.items() if each.agent == agent and not each.is_closed]

    def _found(self, number: str) -> _Ticket:
        if number not in self._tickets:
            raise ValueError(f"there is no ticket {number!r}")
        return self._tickets[number]

    def _unclosed(self, number: str) -> _Ticket:
        found = self._found(number)
        if found.is_closed:
            raise ValueError(f"{number} is closed")
        return found
