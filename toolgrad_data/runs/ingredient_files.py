"""The files that a run's ingredients are drawn from: read through before anything is written."""

from graph.context import Context
from nodes.ingredients.entries import Kind
from nodes.ingredients.files import IngredientFile, IngredientFileError, files_of
from toolgrad_data.errors import UsageError


def ingredient_digests(context: Context) -> dict[str, str]:
    """Return the SHA-256 of each file by its setting. Raises UsageError for one that cannot be used."""
    return {str(kind): file.digest for kind, file in _read(context).items()}


def ingredient_notes(context: Context) -> list[str]:
    """Return what of the files is left out or cut, in words. Raises UsageError for one that cannot be used."""
    return [f"--{note}" for file in _read(context).values() for note in file.notes]


def _read(context: Context) -> dict[Kind, IngredientFile]:
    try:
        return files_of(context, renew=True)
    except IngredientFileError as error:
        raise UsageError(f"--{error}") from error
