"""With how many turns a run goes on."""

from toolgrad_data.runs.settings import RunSettings
from toolgrad_data.runs.store import RUN, read_run_info


def keep_turns(settings: RunSettings) -> RunSettings:
    """Return the settings with the turns that the run was begun with, where the command says nothing of them.

    So the command that began a run when all samples were single turns goes on with it. Raises CorruptFileError.
    """
    if "turns" in settings.context.model_fields_set or not (settings.out / RUN).is_file():
        return settings
    turns = read_run_info(settings.out).settings.turns
    return settings.model_copy(update={"context": settings.context.model_copy(update={"turns": turns})})
