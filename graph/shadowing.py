"""The guard against a foreign package that shadows one of ours.

The packages have everyday names (`graph`, `nodes`, `prompts`), and a server such as `langgraph dev` puts the
project's folder *behind* site-packages on the path. A foreign package of the same name would then be loaded
instead of ours and fail far from the cause.
"""

import importlib.util
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("graph", "nodes", "prompts", "tool_registry", "toolgrad_data")


class ShadowedPackageError(ImportError):
    """A package of this project is shadowed by another one of the same name."""


def check_packages(root: Path = ROOT) -> None:
    """Raise ShadowedPackageError, naming both places, when one of our packages would be loaded from elsewhere."""
    for name in PACKAGES:
        spec = importlib.util.find_spec(name)
        found = Path(spec.origin).resolve().parent if spec and spec.origin else None
        if found != root / name:
            raise ShadowedPackageError(
                f"the package {name!r} is loaded from {found or 'nowhere'}, but this project's is {root / name}. "
                f"Uninstall the package that brings it, or put {root} first on the path "
                f"(PYTHONPATH={root}) and start again."
            )
