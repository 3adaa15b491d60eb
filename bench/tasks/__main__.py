"""What tasks are worth: records of every kind made tasks, proved, and played by policies that want only the reward.

Makes, offline: single turns, single turns with a stateful desk, dialogues with tools that only read, dialogues with the
desk under its rules; and takes the hand-written dialogues. Told are, of each kind, the records, those whose own episode
earned all and an empty one nothing, the declared mutants and hacks that earned less than all, and episodes a second.
`alternatives` are right solutions that go another way: extra reads, reads in another order, defaults written out,
failed calls before the right ones, thanks in other words.

Run: python -m bench.tasks [SHARE OF THE SAMPLES, default 1] [RUN ...]
"""

import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from bench.tasks.alternatives import ALTERNATIVES
from bench.tasks.hacks import HACKS, Target
from graph.record import Record
from tests.fixtures.dialogues import dialogues
from tests.fixtures.dialogues.building import DESK, TOOLS
from tool_registry.permissions import Permissions
from tool_registry.registry import get_registry
from toolgrad_data.runs.reading import read_records
from toolgrad_data.runs.runner import generate
from toolgrad_data.runs.settings import run_settings
from toolgrad_data.tasks.environment import Environment
from toolgrad_data.tasks.making import keyed_task
from toolgrad_data.tasks.mutants import golden_play
from toolgrad_data.tasks.proving import failing, play, prove_task

#: Kinds of records: samples, and the settings that they are made with.
KINDS = {
    "single turns": (300, {}),
    "single turns, desk": (120, {"tools": [DESK]}),
    "dialogues": (60, {"turns": "2-4:100"}),
    "dialogues, desk, rules": (60, {"turns": "2-4:100", "tools": ["builtin", DESK], "rules": "ticket-desk"}),
}


async def measure(name: str, records: Iterable[Record]) -> Counter[str]:
    """Print what comes of the records, and return the counts."""
    environment = Environment(await get_registry(TOOLS), Permissions(allow_writes=True))
    counts: Counter[str] = Counter()
    for record in records:
        counts["records"] += 1
        keyed = keyed_task(record, environment.registry, environment.permissions)
        if isinstance(keyed, str):
            print(f"  {record.id}: {keyed}")
            continue
        proof = await prove_task(keyed, environment)
        totals = [(kind, total) for kind, each in proof.mutants.items() for total in each]
        counts["mutants"] += len(totals)
        counts["mutants refused"] += sum(total < 1 for _, total in totals)
        if proof.problems:
            print(f"  {record.id}: {'; '.join(proof.problems)}")
        if any("its own episode" in problem or "nothing" in problem for problem in proof.problems):
            continue
        counts["proved"] += 1
        golden = await environment.golden(proof.keyed)
        target = Target(golden_play(golden), golden, environment.registry)
        for hack_name, hack in HACKS.items():
            async with environment.open(keyed.task) as episode:
                await episode.reset()
                if await hack(episode, target) is False:
                    continue
                reward = await environment.score(proof.keyed, await episode.submit())
            counts["hacks"] += 1
            counts["hacks refused"] += reward.total < 1
            if reward.total >= 1:
                print(f"  {record.id}: the hack {hack_name} earns all")
        for other_name, change in ALTERNATIVES.items():
            script = change(golden)
            if script is None:
                continue
            reward = await environment.score(proof.keyed, await play(environment, keyed.task, script))
            counts["alternatives"] += 1
            counts["alternatives that earn all"] += reward.total >= 1
            if reward.total < 1:
                print(f"  {record.id}: {other_name} earns {reward.total:.2f}: {failing(reward)}")
        began = time.perf_counter()
        await environment.score(proof.keyed, await play(environment, keyed.task, target.own))
        counts["episode microseconds"] += int(1e6 * (time.perf_counter() - began))
    seconds = counts.pop("episode microseconds") / 1e6
    told = ", ".join(f"{count} {what}" for what, count in counts.items())
    print(f"{name}: {told}; {counts['proved'] / max(seconds, 1e-9):.0f} scored episodes a second")
    return counts


def main(arguments: list[str]) -> None:
    """Make the records and measure them."""
    share = float(arguments[0]) if arguments else 1.0
    whole: Counter[str] = Counter()
    whole += asyncio.run(measure("hand-written dialogues", dialogues()))
    for run in arguments[1:]:
        whole += asyncio.run(measure(run, read_records(Path(run))))
    with tempfile.TemporaryDirectory() as folder:
        for name, (samples, settings) in KINDS.items() if len(arguments) < 2 else ():
            out = Path(folder) / name.replace(" ", "-").replace(",", "")
            given = {"samples": max(1, int(samples * share)), "seed": 5, "out": out, "allow_writes": True, **settings}
            asyncio.run(generate(run_settings(given)))
            whole += asyncio.run(measure(name, read_records(out)))
    print(f"all: {', '.join(f'{count} {what}' for what, count in whole.items())}")


if __name__ == "__main__":
    main(sys.argv[1:])
