"""Importing a user's module or file, with errors that lead to the user's own line."""

import hashlib
import importlib
import importlib.util
import os
import sys
import sysconfig
import traceback
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType
from typing import Any

from tool_registry.extensions import not_installed
from tool_registry.sources.parse import PythonSource
from tool_registry.tool import LoadError

_OURS = Path(__file__).resolve().parents[2]
#: Where our own modules stood that runs of earlier versions name.
_MOVED = {"tool_registry.toolkits.": "tool_registry.builtin."}
_LIBRARIES = tuple(str(Path(sysconfig.get_path(name)).resolve()) + os.sep for name in ("stdlib", "purelib", "platlib"))


def import_source(source: PythonSource) -> tuple[ModuleType, Any]:
    """Return the module and the attribute that the spec names.

    A module is looked for on sys.path and then in the working directory. A file need not be on sys.path: it
    gets a private module name, and is read again when its text has changed. Raises LoadError: no such file or
    module, an error while it is imported (chained, with the last line of the user's code), no such attribute.
    """
    module = _import_file(source.module) if source.is_file else _import_module(source.module)
    return module, _attribute(module, source)


def _import_module(name: str) -> ModuleType:
    here = str(Path.cwd())
    # Last, so that nothing there shadows a package; for good, because modules also import while they run.
    if here not in sys.path and "" not in sys.path:
        sys.path.append(here)
        not_installed.add(here)
    importlib.invalidate_caches()
    for old, new in _MOVED.items():
        if name.startswith(old):
            name = new + name.removeprefix(old)
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and (name == error.name or name.startswith(f"{error.name}.")):
            raise LoadError(
                f"there is no module {error.name!r} (for python:{name}). It must be installed, on PYTHONPATH "
                f"or in the working directory; for a file write python:path/to/file.py:attribute."
            ) from error
        raise _import_failed(name, error) from error
    except (Exception, SystemExit) as error:
        raise _import_failed(name, error) from error


def _import_file(text: str) -> ModuleType:
    path = Path(text).expanduser().resolve()
    try:
        source = path.read_bytes()
    except OSError as error:
        raise LoadError(
            f"cannot read {text}: {error.strerror}. A path in a tool spec is absolute or relative to the "
            f"working directory."
        ) from error
    digest = hashlib.sha256(str(path).encode() + b"\0" + source).hexdigest()[:16]
    name = f"_toolgrad_tools_{digest}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise LoadError(f"cannot import {text} as a Python file")
    module = importlib.util.module_from_spec(spec)
    # Before it runs, as the import system does: dataclasses and type hints look their module up.
    sys.modules[name] = module
    try:
        # From the bytes that were hashed: the cached bytecode may be of an earlier text of the same second.
        exec(compile(source, str(path), "exec", dont_inherit=True), module.__dict__)  # noqa: S102
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise _import_failed(text, error) from error
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _import_failed(what: str, error: BaseException) -> LoadError:
    said = "".join(traceback.format_exception_only(error)).strip().splitlines()[-1]
    hint = ""
    if isinstance(error, ModuleNotFoundError) and what.endswith(".py"):
        hint = " To import files beside it, put their folder on PYTHONPATH."
    elif isinstance(error, SystemExit):
        hint = ' Put what runs the program under `if __name__ == "__main__":`.'
    return LoadError(f"cannot import {what}: {said}{user_line(error)}.{hint}")


def user_line(error: BaseException) -> str:
    """Return ` (file.py, line 3: the code)` of the last frame in user code, or nothing."""
    if isinstance(error, SyntaxError) and error.filename:
        code = (error.text or "").strip()
        return f" ({Path(error.filename).name}, line {error.lineno}{': ' + code if code else ''})"
    last = ""
    for frame in traceback.extract_tb(error.__traceback__):
        if _is_user_code(frame.filename):
            code = f": {frame.line}" if frame.line else ""
            last = f" ({Path(frame.filename).name}, line {frame.lineno}{code})"
    return last


def _is_user_code(filename: str) -> bool:
    path = Path(filename).resolve()
    if filename.startswith("<") or path.is_relative_to(_OURS):
        return False
    return not str(path).startswith(_LIBRARIES)


def _attribute(module: ModuleType, source: PythonSource) -> Any:
    value: Any = module
    for part in source.attribute.split("."):
        try:
            value = getattr(value, part)
        except AttributeError as error:
            names = [name for name in vars(module) if not name.startswith("_")]
            own = [name for name in names if getattr(vars(module)[name], "__module__", None) == module.__name__]
            close = get_close_matches(source.attribute, names, n=3)
            offered = (
                f"Did you mean {' or '.join(close)}?" if close else f"It has: {', '.join(own or names) or 'none'}."
            )
            raise LoadError(f"{source.module} has no attribute {source.attribute!r}. {offered}") from error
    return value
