"""What repairs of the query buy: acceptance and cost with `max_repairs` 0, 1 and 2 at an endpoint that errs.

Run: python -m bench.repairs                                  a small one, about two minutes
     python -m bench.repairs --samples 200 --rates 0 0.1 0.3

The endpoint (bench.endpoint) spoils that share of all decisions: proposals, critiques and drafts. Cost is model
calls and prompt tokens of the whole run, rejected samples too, over accepted records. Prints a Markdown table.
"""

import argparse

from bench.model_figures import SMALL, Run, measured

RATES = (0.0, 0.1, 0.3)
REPAIRS = (0, 1, 2)


def row(rate: float, max_repairs: int, run: Run) -> str:
    """Return one line of the table."""
    accepted = max(len(run.accepted), 1)
    repaired = sum(record.meta.repairs for record in run.accepted)
    pruned = sum(len(record.pruned) for record in run.accepted)
    cells = [
        f"{rate:.0%}",
        str(max_repairs),
        f"{run.share:.0%}",
        f"{run.stats['calls'] / accepted:.1f}",
        f"{run.stats['prompt_tokens'] / accepted:,.0f}",
        f"{run.uses / accepted:.1f}",
        f"{repaired / accepted:.2f}",
        f"{pruned / accepted:.2f}",
    ]
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=24)
    parser.add_argument("--rates", type=float, nargs="+", default=RATES, help="shares of bad decisions")
    parser.add_argument("--repairs", type=int, nargs="+", default=REPAIRS, help="values of max_repairs")
    parser.add_argument("--calls", default="1:15,2:20,3-4:30,5-6:25,7-8:10", help="mix of lengths")
    arguments = parser.parse_args()
    print(f"{arguments.samples} samples a line, seed 1; per accepted record:\n")
    columns = "bad decisions,max_repairs,accepted,model calls,prompt tokens,tool uses,repairs,pruned steps".split(",")
    print(f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}", flush=True)
    for rate in arguments.rates:
        for max_repairs in arguments.repairs:
            server = ("endpoint", "--tools", SMALL, "--bad-decisions", str(rate))
            run = measured(arguments.samples, *server, max_repairs=max_repairs, calls=arguments.calls)
            print(row(rate, max_repairs, run), flush=True)


if __name__ == "__main__":
    main()
