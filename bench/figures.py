"""Figures of a run that the project promises: acceptance, lengths against the mix, dependence, diversity, skeletons.

Run: python -m bench.figures runs/NAME
"""

import sys
from pathlib import Path

from graph.mix import parse_lengths
from toolgrad_data.runs.store import RECORDS, REJECTED, read_run_info
from toolgrad_data.stats.figures import count_file


def main(folder: str) -> None:
    """Print the figures of the run in `folder`."""
    run = Path(folder)
    stats = count_file(run / RECORDS, run / REJECTED)
    print(f"accepted           {stats.records} of {stats.records + (stats.rejected or 0)}")
    parts = parse_lengths(read_run_info(run).settings.calls, "calls")
    whole = sum(weight for *_, weight in parts)
    for low, high, weight in parts:
        share = 100 * sum(stats.lengths.get(n, 0) for n in range(low, high + 1)) / max(stats.records, 1)
        print(f"length {low}-{high}         {share:.1f} % (mix {100 * weight / whole:g} %)")
    print(f"dependent          {100 * (stats.dependent_share or 0):.1f} % of {stats.with_several_calls}")
    print(f"shapes             {stats.shapes}; depth {stats.depths}")
    most = list(stats.tools.most_used.items())
    print(f"tools              {stats.tools.different} different; most used {most[:3]} of {stats.tools.calls}")
    print(f"most used tool     {100 * most[0][1] / max(stats.tools.calls, 1):.1f} % of calls" if most else "")
    print(f"sources            {stats.arguments.by_source}")
    print(f"default leaves     {_share(stats.arguments.by_source.get('default', 0), stats.arguments.leaves):.1f} %")
    print(f"argument values    {stats.arguments.different} different of {stats.arguments.leaves}")
    print(f"with a user leaf   {_share(stats.with_user_value, stats.records):.1f} %")
    print(f"skeletons          {stats.skeletons.different}; most repeated {stats.skeletons.most_repeated}")
    print(f"rejected           {stats.rejected_by_reason}")


def _share(part: int, whole: int) -> float:
    return 100 * part / max(whole, 1)


if __name__ == "__main__":
    main(sys.argv[1])
