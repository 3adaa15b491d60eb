"""Figures of a run that the project promises: acceptance, lengths, dependence, diversity, skeletons.

Run: python -m bench.figures runs/NAME
"""

import collections
import json
import re
import sys
from pathlib import Path

from graph.context import parse_calls_mix
from graph.record import Record, UserSource
from nodes.proofs.dependence import is_dependent


def skeleton(record: Record) -> str:
    """Return the query with every quote masked."""
    turn = record.turns[0]
    quotes = {source.quote for step in turn.steps for source in step.sources.values() if isinstance(source, UserSource)}
    text = turn.query
    for quote in sorted(quotes, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(quote)}(?!\w)", "_", text)
    return text


def main(folder: str) -> None:
    """Print the figures of the run in `folder`."""
    run = Path(folder)
    records = [Record.model_validate_json(line) for line in (run / "records.jsonl").open()]
    rejected = [json.loads(line) for line in (run / "rejected.jsonl").open()]
    steps = [step for record in records for step in record.turns[0].steps]
    several = [record for record in records if len(record.turns[0].steps) > 1]
    lengths = collections.Counter(len(record.turns[0].steps) for record in records)
    tools = collections.Counter(step.tool for step in steps)
    kinds = collections.Counter(source.kind for step in steps for source in step.sources.values())
    skeletons = collections.Counter(map(skeleton, records))
    with_user = sum(
        any(source.kind == "user" for step in record.turns[0].steps for source in step.sources.values())
        for record in records
    )
    print(f"accepted           {len(records)} of {len(records) + len(rejected)}")
    for low, high, weight in parse_calls_mix("1:15,2:20,3-4:30,5-6:25,7-8:10"):
        share = 100 * sum(lengths[n] for n in range(low, high + 1)) / len(records)
        print(f"length {low}-{high}         {share:.1f} % (mix {weight:g} %)")
    print(f"dependent          {100 * sum(map(is_dependent, several)) / max(len(several), 1):.1f} % of {len(several)}")
    print(f"tools              {len(tools)} different; most used {tools.most_common(3)} of {len(steps)}")
    print(f"most used tool     {100 * tools.most_common(1)[0][1] / len(steps):.1f} % of calls")
    print(f"sources            {dict(kinds)}")
    print(f"default leaves     {100 * kinds['default'] / sum(kinds.values()):.1f} %")
    print(f"with a user leaf   {100 * with_user / len(records):.1f} %")
    print(f"skeletons          {len(skeletons)}; most repeated {skeletons.most_common(2)}")
    print(f"rejected           {collections.Counter(r['reasons'][0][:100] for r in rejected).most_common(5)}")


if __name__ == "__main__":
    main(sys.argv[1])
