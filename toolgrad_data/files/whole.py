"""Small files of a run that are written as a whole, and the folder they are in."""

import errno
import os
from pathlib import Path

from toolgrad_data.errors import CliError, RunFailedError, UsageError

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


def write_whole(path: Path, text: str) -> None:
    """Replace the file in one step: after a crash it has the old text or the new one. Raises OSError."""
    beside = path.with_name(f"{path.name}.tmp")
    try:
        with open(beside, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def make_run_folder(folder: Path) -> None:
    """Make sure that the folder exists, can be written and holds a run or nothing. Raises UsageError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        present = {entry.name for entry in folder.iterdir()}
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise disk_failure(folder, error) from error
        what = "is a file" if folder.is_file() else f"cannot be used as a folder: {error.strerror}"
        raise UsageError(
            f"--out {folder}: {what}.\nA run needs a folder that can be written, such as --out runs/first"
        ) from error
    # What a command leaves that was killed before its first run.json.
    foreign = present - {".lock", "run.json.tmp"}
    if foreign and "run.json" not in present:
        some = ", ".join(sorted(foreign)[:3])
        raise UsageError(
            f"--out {folder}: is not a run: it has no run.json but holds other things ({some}).\n"
            "Give a new or empty folder, such as --out runs/first"
        )


def is_full(error: Exception) -> bool:
    """Say whether it was for want of room that a write failed."""
    return getattr(error, "errno", None) in _NO_ROOM


def disk_failure(folder: Path, error: Exception) -> CliError:
    """Return what a person is told when the disk refused to take what the run wrote."""
    full = is_full(error) or "disk is full" in str(error)
    what = "the disk is full" if full else f"the disk refused a write ({error})"
    todo = "Free some space" if full else "Put that right"
    return RunFailedError(
        f"{folder}: {what}. The run has stopped; nothing that was accepted is lost.\n"
        f"{todo} and run the same command again: it goes on where it stopped."
    )
