"""A help desk whose tickets change: a toolkit with state, for `stateful = true`.

Not among the built-in tools, because it writes. Name it as `python:tool_registry.toolkits.ticket_desk:TicketDesk`.
Everything it makes follows from the order of the calls: numbers are counted up and there is no clock.
"""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict  # pydantic refuses typing's before Python 3.12

from tool_registry.declare import annotate

Status = Literal["open", "assigned", "closed"]
Priority = Literal["low", "normal", "urgent"]

AGENTS = ("Amina", "Bruno", "Chiara", "Dmitri")
_SUBJECTS = (
    "printer on the second floor jams",
    "new laptop will not start",
    "password reset link has expired",
    "meeting room screen stays dark",
    "invoice was sent twice",
    "badge does not open the garage",
)
_COMMENTS = (
    "the customer called again",
    "a spare part is on its way",
    "it happens every morning",
    "the manual did not help",
    "remote access was granted",
)

Number = Annotated[
    str,
    Field(title="ticket number", description="Number of the ticket.", examples=["T-1001", "T-1002", "T-1003"]),
]
Subject = Annotated[
    str, Field(title="subject", description="What is wrong, in a few words.", min_length=3, examples=list(_SUBJECTS))
]
Agent = Annotated[str, Field(title="agent", description="First name of the agent.", examples=list(AGENTS))]
Comment = Annotated[str, Field(title="comment", description="The text.", min_length=1, examples=list(_COMMENTS))]


class Ticket(TypedDict):
    """A ticket as it stands."""

    ticket: Number
    subject: Subject
    priority: Priority
    status: Status
    agent: Annotated[str | None, Field(title="agent")]
    comments: list[Comment]


class Listing(TypedDict):
    """Tickets by number, the oldest first."""

    count: Annotated[int, Field(title="number of tickets")]
    tickets: list[Number]


@annotate(deterministic=True, open_world=False, category="ticket desk")
class TicketDesk:
    """A help desk with three tickets in it."""

    def __init__(self) -> None:
        self._tickets: dict[str, Ticket] = {}
        priorities: tuple[Priority, ...] = ("normal", "urgent", "low")
        for subject, priority in zip(_SUBJECTS, priorities, strict=False):
            self._open(subject, priority)
        self.assign_ticket("T-1002", AGENTS[0])

    @annotate(read_only=False, destructive=False)
    def create_ticket(self, subject: Subject, priority: Priority = "normal") -> Ticket:
        """Open a ticket; it gets the next number."""
        return self._open(subject, priority)

    @annotate(read_only=False, destructive=False, idempotent=True)
    def assign_ticket(self, ticket: Number, agent: Agent) -> Ticket:
        """Give an open ticket to an agent, or an assigned one to another agent."""
        found = self._unclosed(ticket)
        if agent not in AGENTS:
            raise ValueError(f"there is no agent {agent!r}; there are {', '.join(AGENTS)}")
        found["status"], found["agent"] = "assigned", agent
        return self._copy(found)

    @annotate(read_only=False, destructive=False)
    def comment_on_ticket(self, ticket: Number, comment: Comment) -> Ticket:
        """Add a comment to a ticket that is not closed."""
        found = self._unclosed(ticket)
        found["comments"].append(comment)
        return self._copy(found)

    @annotate(read_only=False, destructive=True)
    def close_ticket(self, ticket: Number) -> Ticket:
        """Close a ticket that was assigned to somebody."""
        found = self._unclosed(ticket)
        if found["status"] == "open":
            raise ValueError(f"{ticket} is assigned to nobody: assign it before it is closed")
        found["status"] = "closed"
        return self._copy(found)

    @annotate(read_only=True)
    def get_ticket(self, ticket: Number) -> Ticket:
        """Look a ticket up."""
        return self._copy(self._found(ticket))

    @annotate(read_only=True)
    def list_tickets(self, status: Status) -> Listing:
        """List the tickets that are open, assigned or closed."""
        numbers = [number for number, ticket in self._tickets.items() if ticket["status"] == status]
        return {"count": len(numbers), "tickets": numbers}

    @annotate(read_only=True)
    def agent_tickets(self, agent: Agent) -> Listing:
        """List the tickets that an agent works on."""
        mine = [
            number
            for number, ticket in self._tickets.items()
            if ticket["agent"] == agent and ticket["status"] == "assigned"
        ]
        return {"count": len(mine), "tickets": mine}

    def _open(self, subject: str, priority: Priority) -> Ticket:
        number = f"T-{1001 + len(self._tickets)}"
        self._tickets[number] = {
            "ticket": number,
            "subject": subject,
            "priority": priority,
            "status": "open",
            "agent": None,
            "comments": [],
        }
        return self._copy(self._tickets[number])

    def _found(self, number: str) -> Ticket:
        if number not in self._tickets:
            raise ValueError(f"there is no ticket {number!r}")
        return self._tickets[number]

    def _unclosed(self, number: str) -> Ticket:
        found = self._found(number)
        if found["status"] == "closed":
            raise ValueError(f"{number} is closed")
        return found

    @staticmethod
    def _copy(ticket: Ticket) -> Ticket:
        return {**ticket, "comments": list(ticket["comments"])}
