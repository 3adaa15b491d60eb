"""The page of proofs lists the codes that there are, and no others."""

import re
from pathlib import Path
from typing import get_args

from graph.record import Promise

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "verification.md").read_text(encoding="utf-8")
FOLDERS = ("nodes/proofs", "nodes/screens", "toolgrad_data/verify")
OTHERS = ("nodes/drafts.py", "nodes/judge_record.py")
#: Where a code is written down: as a member, or as an argument of what makes a finding.
WRITTEN = re.compile(
    r"(?:\bcode=|\bcode = |_finding\(\s*|Finding\.of\(\s*[^\s,]+,\s*|UngroundedError\(|code, message = "
    r'|return (?=[^\n]*, )|yield \(?\s*)"([a-z]+(?:_[a-z]+)*)"'
)
#: Codes of lines that are no records, and of foreign rows, which docs/verify.md tells of.
ELSEWHERE = (ROOT / "docs" / "verify.md").read_text(encoding="utf-8")


def sources() -> str:
    files = [file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("*.py"))]
    return "\n".join(file.read_text(encoding="utf-8") for file in [*files, *(ROOT / name for name in OTHERS)])


def listed() -> set[str]:
    table = PAGE.split("## Codes")[1].split("## ")[0]
    rows = [row.split("|")[2] for row in table.splitlines() if row.startswith("|")]
    return {code for row in rows for code in re.findall(r"`([a-z_]+)`", row)}


def test_each_code_on_the_page_is_in_the_code() -> None:
    text = sources()
    assert len(listed()) > 50
    assert [code for code in sorted(listed()) if f'"{code}"' not in text] == []


def test_each_code_in_the_code_is_on_a_page() -> None:
    found = {code for code in WRITTEN.findall(sources()) if "_" in code}
    assert {"not_said", "no_source", "not_asked", "claimed_deed", "step_id"} <= found
    assert sorted(code for code in found - listed() if f"`{code}`" not in ELSEWHERE) == []


def test_the_page_names_the_nine_promises() -> None:
    table = PAGE.split("## ")[0]
    assert [row.split("|")[1].strip() for row in table.splitlines() if row.startswith("| ")][1:] == list(
        get_args(Promise)
    )
