"""The chat clients: built lazily, one for each event loop, endpoint, model and key."""

import asyncio
import warnings
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from nodes.policies.base import PolicySetupError
from nodes.policies.model.settings import AskSettings, api_key

if TYPE_CHECKING:
    from langchain_openai import ChatOpenAI

_Key = tuple[str, str, str]

# A connection belongs to the loop it was opened in: a script may call asyncio.run more than once.
_connections: WeakKeyDictionary[asyncio.AbstractEventLoop, Any] = WeakKeyDictionary()
_chats: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[_Key, "ChatOpenAI"]] = WeakKeyDictionary()


async def chat_for(settings: AskSettings) -> "ChatOpenAI":
    """Return the client that asks the settings' model.

    What one request may differ in (temperature, tokens, format) is not in the client. Raises PolicySetupError
    without a key where one is needed, and for whatever keeps a client from being built.
    """
    loop = asyncio.get_running_loop()
    chats = _chats.setdefault(loop, {})
    key = (settings.base_url, settings.model, settings.api_key_env)
    if key not in chats:
        # In a thread: the import takes a second, and certificates are read from disk.
        chats[key] = await asyncio.to_thread(_build, settings, loop)
    return chats[key]


def _build(settings: AskSettings, loop: asyncio.AbstractEventLoop) -> "ChatOpenAI":
    secret = api_key(settings)
    from langchain_openai import ChatOpenAI
    from pydantic import SecretStr

    from nodes.policies.model.connections import UNBOUNDED, EnvelopeClient, spread_transport
    from nodes.policies.model.setup_faults import build_failure

    # The ladder of structured output handles this; the advice is for others.
    warnings.filterwarnings("ignore", message="This model does not support OpenAI's structured output")
    warnings.filterwarnings("ignore", message="Invalid schema for OpenAI's structured output")
    try:
        connection = _connections.get(loop)
        if connection is None:
            made = EnvelopeClient(timeout=None, transport=spread_transport(), limits=UNBOUNDED, follow_redirects=True)
            connection = _connections.setdefault(loop, made)  # by another thread meanwhile
        return ChatOpenAI(
            model=settings.model,
            base_url=settings.base_url,
            api_key=SecretStr(secret),
            http_async_client=connection,
            # A model whose name holds "codex" would switch to another API by itself.
            use_responses_api=False,
            stream_usage=True,
            # Answers are read whole, those of a stream too.
            disable_streaming=True,
            # Repeats, waiting and timeouts are counted and bounded in transport.py.
            max_retries=0,
            timeout=settings.request_timeout_s,
        )
    except Exception as error:  # the boundary: whatever libraries raise for the environment they find
        problem = build_failure(error, settings)
    # Outside of the except clause: the cause's text may hold the key or a proxy's password, so it is not chained.
    raise PolicySetupError(problem)


async def close_clients() -> None:
    """Close the running loop's connections; the next request opens new ones."""
    loop = asyncio.get_running_loop()
    _chats.pop(loop, None)
    connection = _connections.pop(loop, None)
    if connection is not None:
        await connection.aclose()
