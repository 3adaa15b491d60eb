"""How often is a request found that no step answers?

    python -m bench.surplus [--samples 200] [--seed 1]

Makes records with the offline policy and puts into each one's query, at its end, its beginning or in the middle, what
another record's query asks: the whole of it, or one of its requests; and requests written by hand. Prints a Markdown
table of the shares found, and how many of the records are wrongly found as they are.
"""

import argparse
import asyncio
import random
import tempfile
from collections import defaultdict
from pathlib import Path

from nodes.proofs.requests import clauses, sentences
from nodes.proofs.surplus import surplus_requests

from graph.context import Context
from graph.record import Record
from toolgrad_data.runner import generate
from toolgrad_data.settings import RunSettings

WHERE = ("at the end", "at the beginning", "in the middle")
WHOLE, REQUEST, BY_HAND = "another query, whole", "one of its requests", "a request written by hand"
KINDS = (WHOLE, REQUEST, BY_HAND)
REQUESTS = (
    "Also, book me a table for tonight.",
    "And what's the weather in Oslo?",
    "Oh, and translate that into French.",
    "Please email the result to Anna.",
    "Could you remind me to call my mother at six?",
    "Which film won the most Oscars last year?",
    "Play some relaxing music while I work.",
    "I also need a taxi to the station.",
    "Tell me a joke as well.",
    "Order two large pizzas to my place.",
    "How do I get a coffee stain out of a white shirt?",
    "Is it going to rain tomorrow?",
    "Save it as a PDF in my documents.",
    "Write a short poem about autumn for my sister.",
    "Can you turn off the lights in the kitchen?",
    "What's the latest news about the election?",
    "By the way, who wrote Crime and Punishment?",
    "Put the meeting in my calendar.",
    "Find me a cheap hotel near the beach.",
    "Recommend a good novel for the holidays.",
    "And how many calories does a banana have?",
    "Plus, send my boss a message that I'm ill.",
    "What does the word serendipity mean?",
    "Where can I buy fresh oysters?",
    "Then post that on my blog.",
    "Could you also set an alarm for 7 am?",
    "Do you know a good recipe for lasagne?",
    "I'd like you to cancel my gym membership.",
    "Show me photos of baby pandas.",
    "What is the stock price of Tesla right now?",
)


def asking(record: Record, query: str) -> Record:
    """Return a copy whose first turn asks otherwise."""
    turn = record.turns[0].model_copy(update={"query": query})
    return record.model_copy(update={"turns": [turn, *record.turns[1:]]})


def with_request(query: str, request: str, where: str, rng: random.Random) -> str:
    """Return the query with the request put into it between two sentences, or at an end."""
    own = sentences(query)
    at = {"at the end": len(own), "at the beginning": 0}.get(where, rng.randrange(1, max(len(own), 2)))
    return " ".join([*own[:at], request, *own[at:]])


def found_shares(records: list[Record], others: list[Record], seed: int = 3) -> dict[tuple[str, str], float]:
    """Return, by kind and place, the share of requests of the others found in a query of the records."""
    rng = random.Random(seed)
    found: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for record in records:
        for kind in KINDS:
            text = _text(kind, [other for other in others if other.id != record.id], rng)
            where = rng.choice(WHERE)
            changed = asking(record, with_request(record.turns[0].query, text, where, rng))
            found[kind, where].append(bool(list(surplus_requests(changed, changed.turns[0]))))
            found[kind, "all"].append(found[kind, where][-1])
    return {cell: sum(each) / len(each) for cell, each in found.items()}


def _text(kind: str, others: list[Record], rng: random.Random) -> str:
    if kind == BY_HAND:
        return rng.choice(REQUESTS)
    query = rng.choice(others).turns[0].query
    asked = [sentence for sentence in sentences(query) if any(each.request for each in clauses(sentence))]
    return rng.choice(asked) if kind == REQUEST and asked else query


def table(shares: dict[tuple[str, str], float]) -> str:
    """Return the shares as Markdown."""
    places = ("all", *WHERE)
    rows = [f"| put into a query | {' | '.join(places)} |", f"|---|{'---|' * len(places)}"]
    for kind in KINDS:
        cells = [f"{100 * shares[kind, where]:.0f} %" if (kind, where) in shares else "–" for where in places]
        rows.append(f"| {kind} | {' | '.join(cells)} |")
    return "\n".join(rows)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--records", type=Path, help="a records.jsonl to use instead of making records")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = arguments.records
        if file is None:
            out = Path(folder) / "run"
            settings = RunSettings(samples=arguments.samples, seed=arguments.seed, out=out, context=Context())
            asyncio.run(generate(settings))
            file = out / "records.jsonl"
        records = [Record.model_validate_json(line) for line in file.read_text().splitlines()]
    wrong = sum(bool(list(surplus_requests(record, turn))) for record in records for turn in record.turns)
    print(f"{table(found_shares(records, records))}\n\nwrongly found: {wrong} of {len(records)}")


if __name__ == "__main__":
    main()
