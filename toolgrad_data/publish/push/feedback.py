"""To LangSmith, as feedback on traces: what people decided about the records of a run.

One feedback for each reviewer and trace, whose id comes from both: pushed again it is the same one, changed where the
reviewer has changed their mind, and gone where a decision was taken back. What was sent when something ended it stays.
"""

import os
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from graph.trace_redaction import Redactor, trace_redactor
from toolgrad_data.errors import CliError, UsageError
from toolgrad_data.files.jsonl import read_lines
from toolgrad_data.publish.push.langsmith import KEYS
from toolgrad_data.reviews.review import REVIEWS, Review, record_digest
from toolgrad_data.reviews.review_file import read_reviews
from toolgrad_data.reviews.standing import Standing
from toolgrad_data.runs.store import RECORDS, REJECTED
from toolgrad_data.runs.traces import TRACES, Trace, read_traces

if TYPE_CHECKING:
    from langsmith import Client
    from langsmith.schemas import Feedback as Found

#: The feedback's key at LangSmith.
KEY = "review"
#: Traces that are asked about at once: their ids stand in a URL.
_BATCH = 50


@dataclass
class PushedReviews:
    """What became of the reviews that stand; `outdated` are about a record as it is no longer."""

    sent: int = 0
    changed: int = 0
    unchanged: int = 0
    taken_back: int = 0
    without_trace: int = 0
    outdated: int = 0


class Feedback(NamedTuple):
    """A review as LangSmith has it: 1 for a record that is accepted or mended, 0 for one that is rejected."""

    id: uuid.UUID
    trace: Trace
    members: dict[str, Any]
    source: dict[str, Any]


def push_reviews(run: Path) -> PushedReviews:
    """Make LangSmith's feedback on the run's traces what the run's reviews are, and return what that took.

    Raises UsageError (no key, no reviews, no traces at LangSmith), CorruptFileError, CliError (LangSmith refuses).
    """
    if not any(os.environ.get(key) for key in KEYS):
        raise UsageError("--to langsmith: there is no key.\nSet LANGSMITH_API_KEY in the environment")
    reviews = list(read_reviews(run))
    if not reviews:
        raise UsageError(f"{run}: there are no reviews in {REVIEWS}.\nMake some: toolgrad review {run}")
    traces = {
        record: sent[-1]
        for record, each in read_traces(run).by_record.items()
        if (sent := [trace for trace in each if trace.project is not None])
    }
    if not traces:
        raise UsageError(
            f"{run}: {TRACES} has no trace that was sent to LangSmith, so there is nothing to give feedback on.\n"
            "Traces are sent while a run is made: docs/tracing.md"
        )
    from langsmith import Client
    from langsmith.utils import LangSmithError

    pushed = PushedReviews()
    wanted, gone = _feedback_of(run, reviews, traces, pushed)
    client = Client()
    try:
        _make_it_so(client, wanted, gone, pushed)
    except (LangSmithError, OSError, ValueError) as error:
        first = trace_redactor((), ()).text(str(error).strip().partition("\n")[0])
        done = pushed.sent + pushed.changed + pushed.taken_back
        raise CliError(
            f"{run}: LangSmith refused it: {first}\n{done} reviews were sent; the same command sends the rest"
        ) from error
    return pushed


def _feedback_of(
    run: Path, reviews: list[Review], traces: Mapping[str, Trace], pushed: PushedReviews
) -> tuple[list[Feedback], dict[uuid.UUID, Trace]]:
    """Return the feedback that is to be there, and which is not, if it was."""
    standing = Standing.of(reviews)
    digests = _digests(run, set(standing.by_record))
    redactor = trace_redactor((), ())
    wanted = []
    for review in standing:
        if digests.get(review.record) != review.digest:
            pushed.outdated += 1
        elif review.record not in traces:
            pushed.without_trace += 1
        else:
            wanted.append(_feedback(review, traces[review.record], redactor))
    ids = {each.id for each in wanted}
    by_id = {
        _id(traces[review.record], review.reviewer): traces[review.record]
        for review in reviews
        if review.record in traces
    }
    return wanted, {id: trace for id, trace in by_id.items() if id not in ids}


def _digests(run: Path, ids: set[str]) -> dict[str, str]:
    """Return the digests of these records as they are now."""
    found = {}
    for name in (RECORDS, REJECTED):
        for _, data in read_lines(run / name):
            if data.get("id") in ids:
                found[str(data["id"])] = record_digest(data)
    return found


def _feedback(review: Review, trace: Trace, redactor: Redactor) -> Feedback:
    comment = "\n".join(text for text in (review.reason, review.note) if text)
    members = {
        "score": 0.0 if review.decision == "reject" else 1.0,
        "value": review.decision,
        "comment": comment or None,
        "correction": None if review.mended is None else review.mended.model_dump(mode="json"),
    }
    source = {
        "reviewer": review.reviewer,
        "record_id": review.record,
        "tags": review.tags,
        "answers": review.answers,
        "at": review.at,
    }
    return Feedback(_id(trace, review.reviewer), trace, redactor.value(members), redactor.value(source))


def _id(trace: Trace, reviewer: str) -> uuid.UUID:
    return uuid.uuid5(trace.trace, f"toolgrad:{KEY}:{reviewer}")


def _make_it_so(client: "Client", wanted: list[Feedback], gone: dict[uuid.UUID, Trace], pushed: PushedReviews) -> None:
    traces = sorted({str(each.trace.trace) for each in wanted} | {str(trace.trace) for trace in gone.values()})
    there = {found.id: found for ids in _batches(traces) for found in client.list_feedback(run_ids=ids)}
    projects: dict[str, uuid.UUID] = {}
    for each in wanted:
        found = there.get(each.id)
        if found is None:
            name = str(each.trace.project)
            if name not in projects:
                projects[name] = client.read_project(project_name=name).id
            client.create_feedback(
                each.trace.trace,
                KEY,
                feedback_id=each.id,
                session_id=projects[name],
                source_info=each.source,
                **each.members,
            )
            pushed.sent += 1
        elif _members(found) != each.members:
            client.update_feedback(each.id, **each.members)
            pushed.changed += 1
        else:
            pushed.unchanged += 1
    for id in gone:
        if id in there:
            client.delete_feedback(id)
            pushed.taken_back += 1


def _members(found: "Found") -> dict[str, Any]:
    score = None if found.score is None else float(found.score)
    return {"score": score, "value": found.value, "comment": found.comment, "correction": found.correction}


def _batches(ids: list[str]) -> Iterator[list[str]]:
    rest = iter(ids)
    while batch := list(islice(rest, _BATCH)):
        yield batch
