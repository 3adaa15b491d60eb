"""A library as a probe found it: learned result schemas in its specs, dead tools left out."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from tool_registry.drawing.index import Library
from tool_registry.profiles.profile import Profile, digest_of
from tool_registry.spec import ToolSpec
from tool_registry.tool import Tool


class ProfiledLibrary:
    """Another library with what profiles know of its tools; its index is its own and follows the profiles."""

    def __init__(self, library: Library, profiles: Sequence[Profile]) -> None:
        self._library = library
        self._profiles = profiles

    @property
    def label(self) -> str:
        """The library's, marked."""
        return f"{self._library.label} as probed"

    def fingerprint(self) -> str:
        """Return what changes with the library or a profile."""
        known = "".join(profile.model_dump_json() for profile in self._profiles)
        return f"{self._library.fingerprint()} {hashlib.sha256(known.encode()).hexdigest()}"

    def entries(self, problems: list[str]) -> Iterator[tuple[ToolSpec, Any]]:
        """Yield the tools that are not known to be dead; those that are become problems."""
        for spec, payload in self._library.entries(problems):
            dead = next(filter(None, (_death(profile, spec) for profile in self._profiles)), None)
            if dead is not None:
                problems.append(f"{spec.name} is left out: {dead}")
                continue
            learned = spec
            for profile in self._profiles:
                learned = learn(profile, learned, digest_of(spec))
            yield learned, payload

    def bind(self, spec: ToolSpec, payload: Any) -> Tool:
        """Return the tool that can be called."""
        return self._library.bind(spec, payload)


def learn(profile: Profile, spec: ToolSpec, digest: str) -> ToolSpec:
    """Return the spec with the learned result schema, where it has none and was probed as what `digest` says."""
    known = profile.tools.get(spec.name)
    if known is None or known.spec != digest or known.output_schema is None or spec.output_schema is not None:
        return spec
    return spec.model_copy(update={"output_schema": known.output_schema})


def _death(profile: Profile, spec: ToolSpec) -> str | None:
    known = profile.tools.get(spec.name)
    if known is None or known.status != "dead" or known.spec != digest_of(spec):
        return None
    return f"it did not work when it was probed ({known.reason})"
