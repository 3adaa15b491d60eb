"""Prompts rendered without blocking the event loop."""

import asyncio

from prompts import Prompt, load, render

_at_hand: set[str] = set()


async def render_prompt(name: str, /, **variables: str) -> Prompt:
    """Render the prompt; the first time in a thread, as it is read from disk then."""
    if name not in _at_hand:
        await asyncio.to_thread(load, name)
        _at_hand.add(name)
    return render(name, **variables)
