"""The guard against a foreign package that shadows one of ours.

The packages have everyday names (`graph`, `nodes`, `prompts`), and a server such as `langgraph dev` puts the
project's folder *behind* site-packages on the path. A foreign package of the same name would then be loaded
instead of ours and fail far from the cause.

Where `graph` itself may be the foreign one, this file is loaded by its path: it imports nothing of ours. The
development server does so through `http.app` in `langgraph.json`, which it reads before any graph.
"""

import importlib.util
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("graph", "nodes", "prompts", "tool_registry", "toolgrad_data")
_OURS = "toolgrad-langgraph"


class ShadowedPackageError(RuntimeError):
    """A package of this project is shadowed by another one of the same name.

    Not an ImportError: servers wrap those in advice to install what is installed.
    """


def check_packages(root: Path = ROOT) -> None:
    """Raise ShadowedPackageError, naming both places, when one of our packages would be loaded from elsewhere."""
    for name in PACKAGES:
        found = _place_of(name)
        if found not in (root / name, root / name / "__init__.py"):
            raise ShadowedPackageError(_message(name, found, root))


def _place_of(name: str) -> Path | None:
    """Return the file or folder that `import name` loads or has loaded, or None when there is none."""
    loaded = sys.modules.get(name)
    spec = getattr(loaded, "__spec__", None) if loaded else importlib.util.find_spec(name)
    if spec is None:
        return None
    # A folder without `__init__.py` is a package too, and has no origin.
    place = spec.origin or next(iter(spec.submodule_search_locations or ()), None)
    return Path(place).resolve() if place else None


def _message(name: str, found: Path | None, root: Path) -> str:
    if found is None:
        return (
            f"the package {name!r} of this project, {root / name}, cannot be imported.\n"
            f"Install the project again: {sys.executable} -m pip install --editable {root}"
        )
    from importlib.metadata import packages_distributions  # slow, and wanted in a failure only

    foreign = found.parent if found.name == "__init__.py" else found
    owners = [owner for owner in packages_distributions().get(name, ()) if owner != _OURS]
    remedy = f"uninstall it ({sys.executable} -m pip uninstall {' '.join(owners)})" if owners else "rename or remove it"
    return (
        f"the package {name!r} would be loaded from {foreign}, but this project's is {root / name}.\n"
        f"Either {remedy}, or put this project first on the path: PYTHONPATH={root}"
    )


def __getattr__(name: str) -> Any:
    """Return, as `app`, web routes for the development server: none, for only what looks at requests is wanted.

    A function, because the server's web framework is installed with it only.
    """
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    check_packages()
    from starlette.applications import Starlette
    from starlette.middleware import Middleware

    from graph.unknown_settings import RefuseUnknownSettings  # ours, now that it is known to be

    return Starlette(middleware=[Middleware(RefuseUnknownSettings)])
