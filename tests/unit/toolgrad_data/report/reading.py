"""What a report holds, read back as a browser reads it."""

import base64
import gzip
import json
import re
from pathlib import Path
from typing import Any


def lines_of(page: str, stream: str) -> list[Any]:
    """Return the values of a stream of blocks, in order, and check that each block says which its first line is."""
    found: list[Any] = []
    blocks = re.findall(rf'<script type="text/plain" class="{stream}" data-first="(\d+)">([^<]*)</script>', page)
    for first, packed in blocks:
        assert int(first) == len(found)
        found += map(json.loads, gzip.decompress(base64.b64decode(packed)).split(b"\n"))
    return found


def overview_of(page: str) -> Any:
    found = re.search(r'<script type="application/json" id="overview-data">(.*?)</script>', page)
    assert found
    return json.loads(found[1])


def records_of(page: str) -> list[Any]:
    """Return the records as the page puts them together again."""
    specs = lines_of(page, "specs")
    records = []
    for head, body in zip(lines_of(page, "heads"), lines_of(page, "bodies"), strict=True):
        record = body["record"]
        for turn, (query, response) in zip(record["turns"], head["texts"], strict=True):
            turn.update(query=query, response=response)
        records.append({**record, "tools": [specs[number] for number in body["tools"]]})
    return records


def page_at(path: Path) -> str:
    return path.read_text(encoding="utf-8")
