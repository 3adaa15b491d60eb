"""A report stays small, whatever the file holds."""

from collections import Counter

from toolgrad_data.verify.checking import Checked
from toolgrad_data.verify.distinctness import RecordTraits
from toolgrad_data.verify.report import RECORDS_FORMAT, Collector

LINES = 1200


def test_a_report_names_a_thousand_tools_and_reasons_at_most() -> None:
    collector = Collector("file", format=RECORDS_FORMAT, replay=True, shown=5)
    for number in range(LINES):
        collector.add(
            Checked(
                number,
                end=number,
                not_checkable={"replayed": f"reason {number}"},
                traits=RecordTraits((0, number), str(number), frozenset()),
                unchecked=Counter([f"why {number}"]),
                vanished_tools={f"tool_{number}"},
            )
        )
    report = collector.report(seconds=1, notes=[])
    assert report.replay is not None
    assert report.findings_total >= 1000
    assert len(report.findings) == 5
    for named in (report.replay.not_checkable, report.not_checkable["replayed"], report.replay.vanished_tools):
        assert len(named) == 1001
    assert report.replay.not_checkable["other reasons"] == report.not_checkable["replayed"]["other reasons"] == 200
    assert report.replay.vanished_tools["tool_999"] == [999]
    assert len(report.replay.vanished_tools["other tools"]) == 5
