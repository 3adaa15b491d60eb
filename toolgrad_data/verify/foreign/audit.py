"""What is found in a foreign row beside what the promises of a record are: its calls, and what they leave out."""

from graph.record import Finding, Record
from toolgrad_data.verify.foreign import calls, untaken
from toolgrad_data.verify.foreign.sample import ForeignSample


def audit(sample: ForeignSample, record: Record) -> list[Finding]:
    """Return the findings; `record` is the sample's, as `to_record` makes it."""
    return [*calls.check(sample, record), *untaken.check(record)]
