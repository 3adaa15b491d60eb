"""State entries of what a decision took, or of why it was not made."""

from graph.record import Role, RoleUsage, Usage
from graph.state import Json, State
from nodes.policies.base import PolicyError


def usage_entry(state: State, role: Role, usage: RoleUsage, id: str = "") -> list[Json]:
    """Return the entry for the `usage` channel; none when no model was called."""
    if usage == RoleUsage():
        return []
    return [{"iteration": state.get("iteration", 0), "role": role, "id": id, "usage": usage.model_dump()}]


def failure_entry(state: State, role: Role, error: PolicyError) -> Json:
    """Return the entry for the `policy_failures` channel."""
    return {"iteration": state.get("iteration", 0), "role": role, "message": str(error)}


def total_usage(state: State) -> Usage:
    """Return what the sample's model calls took, together and by role; an unknown cost makes a sum unknown."""
    total = Usage()
    for entry in state.get("usage", []):
        usage = RoleUsage.model_validate(entry["usage"])
        add_role_usage(total.by_role.setdefault(entry["role"], RoleUsage()), usage)
        add_role_usage(total, usage)
    return total


def add_role_usage(total: RoleUsage, usage: RoleUsage) -> None:
    """Add to the total in place, without `by_role`; an unknown cost makes the total's unknown."""
    for name in RoleUsage.model_fields:
        if name == "cost_usd":
            known = total.cost_usd is not None and usage.cost_usd is not None
            total.cost_usd = (total.cost_usd or 0) + (usage.cost_usd or 0) if known else None
        else:
            setattr(total, name, getattr(total, name) + getattr(usage, name))
