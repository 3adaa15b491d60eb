"""Training and test: at random, or so that the test asks for tools that training has never seen, some or only such."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tool_registry.spec import ToolSpec
from toolgrad_data.export.conversation import Example
from toolgrad_data.export.data_options import SplitBy
from toolgrad_data.export.datasets.overlap import components, traits
from toolgrad_data.export.datasets.unseen_tools import draw_unseen
from toolgrad_data.export.report import ExportReport
from toolgrad_data.export.seeded import rng_for
from toolgrad_data.export.step_usage import tools_needed

TRAIN, TEST = "train", "test"
SPLITS = (TRAIN, TEST)

#: A group of tools is held out when the test set does not become larger than this many times what was asked for.
_OVERSHOOT = 1.2


@dataclass(frozen=True)
class SplitPlan:
    """Where each example goes, by id; one that is in no split is dropped for the reason in `dropped`.

    `held_out` are the groups (categories or families) of the tools in `tools`, which training does not hold.
    """

    by: SplitBy
    ratio: float
    split: Mapping[str, str]
    dropped: Mapping[str, str] = field(default_factory=dict)
    held_out: tuple[str, ...] = ()
    tools: frozenset[str] = frozenset()

    @property
    def without(self) -> dict[str | None, frozenset[str]]:
        """The tools that must not be offered in a split."""
        return {TRAIN: self.tools}

    def stage(self, examples: Iterator[Example], report: ExportReport) -> Iterator[Example]:
        """Mark the examples, drop those that are in no split, and note how it was done."""
        report.notes["split"] = {
            "by": self.by,
            "test_ratio": self.ratio,
            "records": dict(sorted(Counter(self.split.values()).items())),
            "dropped": dict(sorted(Counter(self.dropped.values()).items())),
            "held_out": list(self.held_out),
            "held_out_tools": sorted(self.tools),
        }
        for example in examples:
            split = self.split.get(example.id)
            if split is None:
                report.leave_out(self.dropped.get(example.id, "is in no split"))
                continue
            yield replace(example, split=split)


def plan_split(
    examples: Iterable[Example],
    ratio: float,
    by: SplitBy,
    seed: int,
    *,
    specs: Mapping[str, ToolSpec],
    families: Mapping[str, str],
) -> SplitPlan:
    """Return where the examples go. Near-duplicates, also over others, never go to different splits.

    By category or family, groups of tools are held out until about `ratio` of the records call one of them: those are
    the test, all others training. By tools, the test is what calls held-out families alone, and what calls tools of
    both sides is dropped.
    """
    ids: list[str] = []
    seen = []
    tools: list[list[str]] = []
    for example in examples:
        if example.record is not None:
            ids.append(example.id)
            seen.append(traits(example.record))
            tools.append(tools_needed(example.record))
    together: defaultdict[int, list[int]] = defaultdict(list)
    for number, component in enumerate(components(seen)):
        together[component].append(number)
    target = ratio * len(ids)
    if by == "random":
        return _at_random(ids, list(together.values()), target, ratio, seed)
    group_of = _groups(by, specs, families)
    called_groups = [frozenset(map(group_of, called)) for called in tools]
    split: dict[str, str] = {}
    dropped: dict[str, str] = {}
    if by == "tools":
        held = draw_unseen(called_groups, target, rng_for(seed, "split"))
        torn = {number for number, groups in enumerate(called_groups) if groups & held and not groups <= held}
        dropped = {ids[number]: "calls tools of both training and test" for number in sorted(torn)}
    else:
        held = _draw_held_out(called_groups, target, seed)
        torn = set()
    tests = [not groups.isdisjoint(held) for groups in called_groups]
    for hanging in together.values():
        numbers = [number for number in hanging if number not in torn]
        mixed = len({tests[number] for number in numbers}) > 1
        for number in numbers:
            if mixed and not tests[number]:
                dropped[ids[number]] = "is nearly the same as a test record, but calls no held-out tool"
            else:
                split[ids[number]] = TEST if tests[number] else TRAIN
    out = frozenset(tool for tool in {*specs, *(tool for called in tools for tool in called)} if group_of(tool) in held)
    return SplitPlan(by, ratio, split, dropped, tuple(sorted(held)), out)


def _at_random(ids: list[str], together: list[list[int]], target: float, ratio: float, seed: int) -> SplitPlan:
    rng_for(seed, "split").shuffle(together)
    split: dict[str, str] = {}
    tested = 0
    for numbers in together:
        # The nearer to the target the better; a large group of near-duplicates goes to training.
        is_test = abs(tested + len(numbers) - target) < abs(tested - target)
        tested += len(numbers) if is_test else 0
        split.update((ids[number], TEST if is_test else TRAIN) for number in numbers)
    return SplitPlan("random", ratio, split)


def _draw_held_out(groups: Sequence[frozenset[str]], target: float, seed: int) -> frozenset[str]:
    """Return the groups to hold out: drawn one after another as long as the test set stays near its size."""
    having: defaultdict[str, set[int]] = defaultdict(set)
    for number, found in enumerate(groups):
        for group in found:
            having[group].add(number)
    names = sorted(having)
    rng_for(seed, "split").shuffle(names)
    held: set[str] = set()
    tests: set[int] = set()
    for name in names:
        more = tests | having[name]
        if len(more) <= target * _OVERSHOOT and len(more) < len(groups):
            held.add(name)
            tests = more
        if len(tests) >= target:
            break
    if not held and names:
        held.add(min(names, key=lambda name: (len(having[name]), name)))
    return frozenset(held)


def _groups(by: SplitBy, specs: Mapping[str, ToolSpec], families: Mapping[str, str]) -> Callable[[str], str]:
    """Return what names a tool's group."""
    if by in ("family", "tools"):
        return lambda tool: families.get(tool, tool)
    return lambda tool: specs[tool].category if tool in specs else "general"
