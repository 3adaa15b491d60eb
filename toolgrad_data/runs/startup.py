"""The start of a process that makes samples: what it imports, and how often Python looks for cyclic garbage."""

import gc
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolgrad_data.runs.settings import RunSettings


def import_workflow(settings: "RunSettings", *, makes_samples: bool) -> None:
    """Import what the run needs in this process, and set the collector of cyclic garbage for it.

    `makes_samples` says that they are made here, not in processes that this one starts: only then models are asked
    here. Call it in a process that does nothing else.
    """
    first = "toolgrad_data.runs.workflow" not in sys.modules
    # What imports make they keep: to look through it again and again takes a fifth of their time.
    gc.disable()
    try:
        import toolgrad_data.runs.workflow  # noqa: F401
        from nodes.policies.lookup import model_names

        if makes_samples and model_names(settings.context):
            import langchain_openai  # noqa: F401
    finally:
        gc.enable()
    if first:
        gc.freeze()  # or the next passes would look through all of it after all
    # Schemas, prompts, messages and the state of samples live long too. With 256 samples at once Python's own
    # thresholds would cost a fifth of the CPU, and 20,000 still costs a twentieth.
    gc.set_threshold(50_000, 10, 10)
