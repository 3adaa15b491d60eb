"""A sensible model that needs no model: an OpenAI-compatible endpoint on loopback that asks the offline policy.

Run: python -m bench.endpoint --tools builtin --latency-ms 200 --bad-decisions 0.3 --fail-rate 0.3
"""

import argparse
import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.endpoint import answers as endpoint_answers
from bench.endpoint import badness as endpoint_badness
from bench.endpoint import dialogues as endpoint_dialogues
from bench.endpoint import judge as endpoint_judge
from bench.endpoint import reading as endpoint_reading
from bench.endpoint import search as endpoint_search
from bench.endpoint import thoughts as endpoint_thoughts
from bench.endpoint.answers import Json, Shape
from bench.endpoint.chat import FORMS, Answered, Answerer, Chat, ChatOptions, ChatRequest
from bench.endpoint.failures import KINDS, Failures
from bench.endpoint.http import HttpServer
from bench.endpoint.judge import JudgeManner
from bench.endpoint.reading import Specs
from bench.endpoint.search import QueryMemory
from bench.endpoint.solver import Solver
from graph.record import Role
from nodes.marks.parse import parse
from tool_registry.registry import get_registry


@dataclass(frozen=True)
class Sensible:
    """Answers with the offline policy's decisions, of which `bad_decisions` (0 to 1) are spoilt."""

    specs: Specs
    chat: Chat | None = None
    bad_decisions: float = 0.0
    shape: Shape = "mixed"
    judging: JudgeManner = field(default_factory=JudgeManner)
    queries: QueryMemory = field(default_factory=QueryMemory)

    def answer(self, request: ChatRequest) -> Answered:
        """Return the decision that the prompt asks for. Raises ValueError for a prompt of somebody else."""
        role = endpoint_reading.role_of(request.messages)
        name = endpoint_reading.prompt_of(request.messages)
        told = endpoint_reading.variables_of(name, request.messages)
        if name in endpoint_reading.QUERY_FIRST:
            return Answered(self._query_first(name, told, request.seed), role)
        if name == "dialogue":
            return Answered(self._written(told, request.seed) | self._thought(told, request.seed), role)
        decided = self._decided(role, told, request.messages[2:], request.seed)
        return Answered(decided | self._thought(told, request.seed) if role == "synthesize" else decided, role)

    def _thought(self, told: dict[str, str], seed: int) -> Json:
        """Return the thoughts beside what is written, where any are asked for."""
        thoughts = endpoint_thoughts.asked_thoughts(told["answer"], self.specs)
        rng = random.Random(f"bad thought|{seed}")
        if thoughts and rng.random() < self.bad_decisions:
            kind, thoughts = endpoint_thoughts.spoil_thoughts(thoughts, rng)
            self._note(kind)
        return {"thoughts": thoughts} if thoughts else {}

    def _decided(self, role: Role, told: dict[str, str], since: list[Json], seed: int) -> Json:
        rng = random.Random(f"bad|{seed}")
        match role:
            case "propose":
                asked = endpoint_reading.propose_request(told, self.specs, seed)
                answer = endpoint_answers.proposals(asked, self.shape)
                answer, planted = endpoint_badness.spoil_proposals(answer, asked, self.bad_decisions, rng)
                for kind, call in planted:
                    self._note(kind, call)
                return answer
            case "critique":
                judged = endpoint_reading.critique_request(told, self.specs, seed)
                answer = endpoint_answers.verdicts(judged)
                answer |= endpoint_answers.looked_for(judged, answer, self.specs)
                if rng.random() < self.bad_decisions:
                    kind, answer = endpoint_badness.spoil_verdicts(answer, judged, rng)
                    self._note(kind)
                return answer
            case "repair":
                answer = endpoint_answers.repaired(endpoint_reading.repair_request(told, self.specs, seed))
                if rng.random() < self.bad_decisions:
                    kind, answer = endpoint_badness.spoil_repair(answer, rng)
                    self._note(kind)
                return answer
            case "synthesize":
                written = endpoint_reading.synthesize_request(told, self.specs, seed)
                if written.previous is None:
                    answer = endpoint_answers.draft(written)
                else:
                    halves = endpoint_reading.asked_halves(told["answer"])
                    answer = endpoint_answers.redraft(written, halves, endpoint_reading.asked_words(told["rewrite"]))
                if rng.random() < self.bad_decisions:
                    kind, answer = endpoint_badness.spoil_draft(answer, written, rng)
                    self._note(kind)
                if answer["query"]:
                    self.judging.remember(written, parse(answer["query"]).text)
                return answer
            case "solve":
                return endpoint_judge.move(told, since, self.judging, seed)
            case "judge":
                return endpoint_judge.rating(self.judging)
            case "plan":
                answer = endpoint_dialogues.plan(endpoint_dialogues.plan_request(told, self.specs, seed))
                if rng.random() < self.bad_decisions:
                    kind, answer = endpoint_dialogues.spoil_plan(answer, rng)
                    self._note(kind)
                return answer

    def _query_first(self, prompt: str, told: dict[str, str], seed: int) -> Json:
        """Return a query, a move of its search, or its response."""
        rng = random.Random(f"bad|{seed}")
        is_bad = rng.random() < self.bad_decisions
        if prompt == "baseline_answer":
            return endpoint_search.mended(endpoint_search.respond_request(told, self.specs, seed))
        if prompt == "baseline_query":
            wanted = endpoint_search.query_request(told, self.specs, seed)
            answer = endpoint_search.written_query(wanted, self.queries)
            spoilt = endpoint_search.spoil_query(answer, wanted, self.queries, rng) if is_bad else None
        else:
            asked = endpoint_search.search_request(told, self.specs, seed, self.queries)
            answer = endpoint_search.searched(asked)
            spoilt = endpoint_search.spoil_move(answer, asked, rng) if is_bad else None
        if spoilt is None:
            return answer
        kind, call, answer = spoilt
        self._note(kind, call)
        return answer

    def _written(self, told: dict[str, str], seed: int) -> Json:
        """Return the turns of a dialogue."""
        rng = random.Random(f"bad|{seed}")
        blocks = endpoint_dialogues.blocks_of(told["turns"])
        answer = endpoint_dialogues.answer(blocks, told, self.specs)
        if rng.random() < self.bad_decisions:
            kind, answer = endpoint_dialogues.spoil(answer, blocks, rng)
            self._note(kind)
        self.judging.remember_dialogue(blocks, answer["turns"])
        return answer

    def _note(self, kind: str, call: Json | None = None) -> None:
        if self.chat is None:
            return
        self.chat.stats.planted[kind] += 1
        if call is not None:
            self.chat.stats.planted_calls.append({"kind": kind, "tool": call["tool"], "arguments": call["arguments"]})


@dataclass(frozen=True)
class Running:
    """A running endpoint: its base URL for clients, its server's address, and what it counts."""

    base_url: str
    server_url: str
    chat: Chat


@asynccontextmanager
async def serving(answer: Answerer, options: ChatOptions | None = None, port: int = 0) -> AsyncIterator[Running]:
    """Serve an answerer on loopback."""
    chat = Chat(answer, options or ChatOptions())
    async with HttpServer(chat.handle, port) as server:
        yield Running(f"{server.url}/v1", server.url, chat)


@asynccontextmanager
async def sensible_endpoint(
    tools: list[str],
    options: ChatOptions | None = None,
    *,
    bad_decisions: float = 0.0,
    shape: Shape = "mixed",
    judging: JudgeManner | None = None,
    port: int = 0,
) -> AsyncIterator[Running]:
    """Serve the offline policy's decisions over the tools (specs as on the command line)."""
    registry = await get_registry(tools)
    chat: Chat | None = None
    judging = judging or JudgeManner()
    queries = QueryMemory()

    def answer(request: ChatRequest) -> Answered:
        return Sensible(registry.specs, chat, bad_decisions, shape, judging, queries).answer(request)

    async with serving(answer, options, port) as running:
        chat = running.chat
        yield running


def parser(description: str) -> argparse.ArgumentParser:
    """Return a parser with the options that all simulated endpoints have."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--port", type=int, default=8765, help="0 for any free port")
    parser.add_argument("--seed", type=int, default=0, help="the same seed and requests give the same answers")
    parser.add_argument("--latency-ms", type=float, default=0.0, help="time to an answer")
    parser.add_argument("--tokens-per-second", type=float, default=0.0, help="0: the answer comes at once")
    parser.add_argument("--fail-rate", type=float, default=0.0, help="share of requests that fail, 0 to 1")
    parser.add_argument("--fail-kinds", nargs="+", choices=KINDS, default=list(KINDS), help="how they fail")
    parser.add_argument("--retry-after-s", type=float, default=0.05, help="what a 429 asks to wait")
    parser.add_argument("--accepts", nargs="+", choices=FORMS, default=list(FORMS), help="others are refused (400)")
    parser.add_argument("--remember", action="store_true", help="answer a request that came before from memory")
    return parser


def chat_options(arguments: argparse.Namespace) -> ChatOptions:
    """Return the options that were given on the command line."""
    return ChatOptions(
        seed=arguments.seed,
        latency_ms=arguments.latency_ms,
        tokens_per_second=arguments.tokens_per_second,
        failures=Failures(arguments.fail_rate, tuple(arguments.fail_kinds), arguments.retry_after_s),
        accepts=tuple(arguments.accepts),
        remember=arguments.remember,
    )


async def serve_forever(running: Running) -> None:
    """Print where the endpoint is, then wait until the process is ended."""
    print(running.base_url, flush=True)
    await asyncio.Event().wait()


async def _main(arguments: argparse.Namespace) -> None:
    if arguments.solve is not None:
        solver = Solver.of_run(arguments.solve, arguments.solve_rate, arguments.seed)
        async with serving(solver.answer, chat_options(arguments), arguments.port) as running:
            await serve_forever(running)
    async with sensible_endpoint(
        arguments.tools,
        chat_options(arguments),
        bad_decisions=arguments.bad_decisions,
        shape=arguments.shape,
        judging=JudgeManner(arguments.judge_errors, arguments.judge_error),
        port=arguments.port,
    ) as running:
        await serve_forever(running)


def main(argv: list[str]) -> None:
    """Run the endpoint until it is interrupted."""
    options = parser("An OpenAI-compatible endpoint whose answers come from the offline policy.")
    options.add_argument("--tools", nargs="+", default=["builtin"], help="tool specs, as the client has them")
    options.add_argument("--bad-decisions", type=float, default=0.0, help="share of spoilt decisions, 0 to 1")
    options.add_argument("--judge-errors", type=float, default=0.0, help="share of a judge's moves that err, 0 to 1")
    options.add_argument("--judge-error", choices=("idle", "short", "strays"), default="idle", help="how they err")
    options.add_argument("--solve", type=Path, metavar="RUN", help="only solve this run's queries, by native calls")
    options.add_argument("--solve-rate", type=float, default=1.0, help="share of trials that are solved, 0 to 1")
    options.add_argument("--shape", choices=("mixed", "deep", "wide"), default="mixed", help="of the chains")
    with suppress(KeyboardInterrupt):
        asyncio.run(_main(options.parse_args(argv)))
