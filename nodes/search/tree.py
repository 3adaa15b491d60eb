"""The tree of a depth-first search: every call is a node below the one that was made before it.

A node is JSON: `iteration` of the decision that made the call (its name), `above` (the node that it was made from, 0
the root), `step` (id in the chain; null where the call failed). What was undone stays in the tree.
"""

from graph.state import Json, SearchState

#: As in ToolLLM's DFSDT: calls on one way, the last decision included, and calls that are tried from one place.
DEPTH_MAX, WIDTH_MAX = 12, 2


class SearchTree:
    """The tree and the place where the search is."""

    def __init__(self, nodes: list[Json], at: int) -> None:
        self.nodes = {node["iteration"]: node for node in nodes}
        self.at = at

    @classmethod
    def of(cls, state: SearchState) -> "SearchTree":
        """Return the tree of a state. The last call's node gets its step, once it is in the chain."""
        tree = cls([dict(node) for node in state.get("tree", [])], state.get("at", 0))
        last = tree.nodes.get(state.get("iteration", 0))
        if last is not None and last["iteration"] == tree.at and state.get("selection"):
            last["step"] = state["steps"][-1]["id"]
        return tree

    def add(self, iteration: int) -> None:
        """Add a call below this place, and go there."""
        self.nodes[iteration] = {"iteration": iteration, "above": self.at, "step": None}
        self.at = iteration

    def way(self) -> list[Json]:
        """Return the calls from the root to this place."""
        found: list[Json] = []
        at = self.at
        while at:
            found.append(self.nodes[at])
            at = found[-1]["above"]
        return found[::-1]

    def calls_left(self) -> int:
        """Return how many calls may still be made on this way."""
        return max(DEPTH_MAX - 1 - len(self.way()), 0)

    def tried(self) -> list[int]:
        """Return the iterations of the calls that were made from this place."""
        return [node["iteration"] for node in self.nodes.values() if node["above"] == self.at]

    def step_back(self) -> bool:
        """Undo the last call, and those above it from whose place enough was tried; False where nothing is left."""
        while self.at:
            self.at = self.nodes[self.at]["above"]
            if len(self.tried()) < WIDTH_MAX:
                return True
        return False

    def as_state(self) -> Json:
        """Return the members of the state."""
        return {"tree": list(self.nodes.values()), "at": self.at}
