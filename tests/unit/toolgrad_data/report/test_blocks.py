from tests.unit.toolgrad_data.report.reading import lines_of
from toolgrad_data.report.blocks import BLOCK_CHARS, BlockWriter, inline_json


def test_streams_come_back_line_by_line_in_blocks_of_the_same_lines() -> None:
    written: list[str] = []
    writer = BlockWriter(written.append, "heads", "bodies")
    values = [{"number": number, "text": "é\n</script>" * 4000} for number in range(60)]
    for value in values:
        writer.add(value["number"], value)
    # Full blocks are written at once: what is kept is less than a block.
    assert sum(len(value["text"].encode()) for value in values) > 2 * BLOCK_CHARS
    assert len(written) >= 4
    writer.flush()
    page = "".join(written)
    assert lines_of(page, "bodies") == values
    assert lines_of(page, "heads") == list(range(60))
    assert page.count('class="heads"') == page.count('class="bodies"') == len(written) / 2


def test_what_utf_8_lacks_is_kept() -> None:
    written: list[str] = []
    writer = BlockWriter(written.append, "lines")
    writer.add("half \ud800")
    writer.flush()
    assert lines_of(written[0], "lines") == ["half \ud800"]


def test_nothing_ends_inline_json() -> None:
    text = inline_json({"</script>": "<!-- &\u2028"})
    assert not set("<>&\u2028") & set(text)
