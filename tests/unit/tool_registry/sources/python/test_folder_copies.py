"""Copies of folders: inside the copy's path, outside the original's, and nothing left."""

from pathlib import Path

import pytest

from tool_registry.sources.mcp.servers import Server
from tool_registry.sources.python.folder_copies import FolderCopies
from tool_registry.tool import LoadError


@pytest.fixture
def garden(tmp_path: Path) -> Path:
    folder = tmp_path / "garden"
    folder.mkdir()
    (folder / "roses.txt").write_text("red\n")
    return folder


def test_paths_go_in_and_come_back(garden: Path) -> None:
    copies = FolderCopies([str(garden)])
    inside = copies.inside({"path": f"{garden}/roses.txt", "other": f"{garden}s", "n": 1, "in": [f"see {garden}."]})
    copy = Path(inside["path"]).parent
    assert copy != garden
    assert (copy / "roses.txt").read_text() == "red\n"
    assert inside["other"] == f"{garden}s"
    assert inside["in"] == [f"see {copy}."]
    (copy / "roses.txt").write_text("white\n")
    assert (garden / "roses.txt").read_text() == "red\n"
    assert copies.outside({"text": f"wrote {copy}/roses.txt"}) == {"text": f"wrote {garden}/roses.txt"}
    started = copies.server(Server("git", command="git", args=["-C", str(garden)], env={"IN": f"{garden}/a"}))
    assert started.args == ["-C", str(copy)]
    assert started.env == {"IN": f"{copy}/a"}
    copies.close()
    assert not copy.exists()
    assert not copy.parent.parent.exists()


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="nothing_here is no folder"):
        FolderCopies([str(tmp_path / "nothing_here")])
