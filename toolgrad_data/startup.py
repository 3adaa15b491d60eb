"""A quick start of a process that makes samples: a third of what importing the libraries takes is not needed."""

import gc
import sys
import threading
from importlib import import_module
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from importlib.abc import Loader

    from toolgrad_data.settings import RunSettings

#: Packages whose `__init__` imports hundreds of modules that nobody here uses, for the sake of one of them:
#: LangGraph imports LangSmith's client, and that one enum of these models of its API (a fifth of a second).
_DEFERRED = ("langsmith.types",)


def import_workflow(settings: "RunSettings", *, makes_samples: bool) -> None:
    """Import what the run needs in this process, and set the collector of cyclic garbage for it.

    `makes_samples` says that they are made here, not in processes that this one starts: only then models are asked
    here. Call it before LangGraph is imported, in a process that does nothing else.
    """
    first = "toolgrad_data.runner" not in sys.modules
    for name in _DEFERRED:
        defer(name)
    # What imports make they keep: to look through it again and again takes a fifth of their time.
    gc.disable()
    try:
        import toolgrad_data.runner  # noqa: F401
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


def defer(name: str) -> None:
    """Let a package's `__init__` run when something of it is asked for, and its modules be imported without it.

    Does nothing where it is imported already or not installed. (`importlib.util.LazyLoader` is for modules: to import
    one of a package's modules looks at the package, and so loads it.)
    """
    above, _, last = name.rpartition(".")
    if name in sys.modules or find_spec(above.partition(".")[0]) is None:
        return
    parent = import_module(above)
    folder = Path(parent.__path__[0], last)
    spec = spec_from_file_location(name, folder / "__init__.py", submodule_search_locations=[str(folder)])
    if spec is None or not (folder / "__init__.py").is_file():
        return
    module = module_from_spec(spec)
    module.__class__ = _Deferred
    sys.modules[name] = module
    setattr(parent, last, module)


class _Deferred(ModuleType):
    """A package whose `__init__` has not run."""

    def __getattr__(self, name: str) -> Any:
        # No lock, which importing threads could wait for crosswise: two threads may both run it, and find the same.
        running = self.__dict__.setdefault("_running", set())
        if threading.get_ident() in running:  # a module of the package asks for what is not there yet
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        running.add(threading.get_ident())
        loader = cast("Loader", self.__loader__)
        loader.exec_module(self)
        self.__class__ = ModuleType  # type: ignore[assignment]
        return getattr(self, name)
