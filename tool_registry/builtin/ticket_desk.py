"""A help desk whose tickets change: a toolkit with state, for `stateful = true`.

Not among the built-in tools, because it writes. Name it as `python:tool_registry.builtin.ticket_desk:TicketDesk`.
Everything it makes follows from the order of the calls: numbers are counted up and there is no clock.
"""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from typing_extensions import TypedDict  # pydantic refuses typing's before Python 3.12

from tool_registry.declare import Kind, annotate

_SUBJECTS = (
    "printer on the second floor jams", "new laptop will not start", "password reset link has expired",
    "meeting room screen stays dark", "invoice was sent twice", "badge does not open the garage",
    "headset crackles in every call", "shared folder is read only",
)  # fmt: skip
_COMMENTS = (
    "The customer called again.",
    "A spare part is on its way.",
    "It happens every morning.",
    "The manual did not help.",
    "Remote access was granted.",
)
AGENTS = ("Amina", "Bruno", "Chiara", "Dmitri")

Priority = Literal["P1", "P2", "P3"]


_NUMBER = Kind("ticket number", format="ticket-number", again="that ticket")
_AGENT = Kind("agent", format="agent-name", again="that agent")
_PRIORITY = Kind("priority", labels={"P1": "urgent", "P2": "normal", "P3": "low"})
TicketNumber = Annotated[
    str,
    _NUMBER,
    Kind(description="Number of the ticket.", examples=["T-1001", "T-1002", "T-1003"], mention=["ticket {}", "{}"]),
]
Subject = Annotated[
    str,
    Kind(
        "subject",
        "What is wrong, in a few words.",
        format="ticket-subject",
        minLength=3,
        examples=list(_SUBJECTS),
        mention=['"{}"'],
        again="that problem",
    ),
]
Agent = Annotated[str, _AGENT, Kind(description="First name of the agent.", examples=list(AGENTS))]
Comment = Annotated[
    str,
    Kind(
        "comment",
        "The text of the comment.",
        format="ticket-comment",
        minLength=1,
        examples=list(_COMMENTS),
        mention=['"{}"'],
        again="that comment",
    ),
]


class Created(TypedDict):
    """A new ticket."""

    ticket: Annotated[str, _NUMBER]
    waiting: Annotated[int, Kind("tickets without an agent")]


class Assigned(TypedDict):
    """How much an agent has to do now."""

    assigned: Annotated[int, Kind("tickets of the agent")]


class Commented(TypedDict):
    """How many comments a ticket has now."""

    comments: Annotated[int, Kind("number of comments")]


class Closed(TypedDict):
    """How many tickets are left."""

    left: Annotated[int, Kind("tickets that are not closed")]


class Ticket(TypedDict):
    """A ticket as it stands."""

    subject: Annotated[str, Kind("subject", again="that problem")]
    priority: Annotated[Priority, _PRIORITY]
    has_agent: Annotated[bool, Kind("assigned")]
    is_closed: Annotated[bool, Kind("closed")]
    comments: Annotated[int, Kind("number of comments")]


class Owner(TypedDict):
    """Who works on a ticket."""

    agent: Annotated[str, _AGENT]


class Waiting(TypedDict):
    """Tickets that nobody works on, the oldest first."""

    tickets: list[Annotated[str, _NUMBER]]


class OfAgent(TypedDict):
    """Tickets that an agent works on, the oldest first."""

    tickets: list[Annotated[str, _NUMBER]]


@dataclass
class _Ticket:
    subject: str
    priority: Priority
    agent: str | None = None
    is_closed: bool = False
    comments: list[str] = field(default_factory=list)


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

    @annotate(read_only=False, destructive=False)
    def create_ticket(
        self,
        subject: Subject,
        priority: Annotated[Priority, _PRIORITY, Kind(description="How soon somebody must look at it.")] = "P2",
    ) -> Created:
        """Open a ticket; it gets the next number."""
        number = f"T-{1001 + len(self._tickets)}"
        self._tickets[number] = _Ticket(subject, priority)
        return {"ticket": number, "waiting": len(self._numbers(None))}

    @annotate(read_only=False, destructive=False, idempotent=True)
    def assign_ticket(self, ticket: TicketNumber, agent: Agent) -> Assigned:
        """Give a ticket to an agent."""
        found = self._unclosed(ticket)
        if agent not in AGENTS:
            raise ValueError(f"there is no agent {agent!r}; there are {', '.join(AGENTS)}")
        found.agent = agent
        return {"assigned": len(self._numbers(agent))}

    @annotate(read_only=False, destructive=False)
    def comment_on_ticket(self, ticket: TicketNumber, comment: Comment) -> Commented:
        """Add a comment to a ticket that is not closed."""
        found = self._unclosed(ticket)
        found.comments.append(comment)
        return {"comments": len(found.comments)}

    @annotate(read_only=False, destructive=True)
    def close_ticket(self, ticket: TicketNumber) -> Closed:
        """Close a ticket."""
        self._unclosed(ticket).is_closed = True
        return {"left": sum(not each.is_closed for each in self._tickets.values())}

    @annotate(read_only=True)
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

    @annotate(read_only=True)
    def agent_of_ticket(self, ticket: TicketNumber) -> Owner:
        """Find out which agent works on a ticket."""
        found = self._found(ticket)
        if found.agent is None:
            raise ValueError(f"nobody works on {ticket}")
        return {"agent": found.agent}

    @annotate(read_only=True)
    def waiting_tickets(self) -> Waiting:
        """List the tickets that no agent works on."""
        return {"tickets": self._numbers(None)}

    @annotate(read_only=True)
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
