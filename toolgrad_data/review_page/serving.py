"""The server's life: a port of loopback, a token, and both again after a crash, so that open tabs go on."""

import asyncio
import json
import os
import secrets
import socket
from collections.abc import Callable
from pathlib import Path

from toolgrad_data.errors import UsageError
from toolgrad_data.review_page.desk import Desk
from toolgrad_data.runs.interrupt import run_interruptibly

#: Where a server that runs has its port and token. A clean end removes it; what a killed one leaves is taken up again.
SESSION = ".review-session.json"
_HOST = "127.0.0.1"


def serve(desk: Desk, folder: Path, port: int | None, announce: Callable[[str], None]) -> None:
    """Serve the desk until it is interrupted; `announce` is given the address when requests are answered.

    Raises UsageError: a port that is taken, or no libraries to serve with.
    """
    try:
        import uvicorn

        from toolgrad_data.review_page.app import review_app
        from toolgrad_data.stoppable_server import StoppableServer
    except ImportError as error:
        raise UsageError(
            "toolgrad review needs starlette and uvicorn.\nInstall them: pip install 'toolgrad-langgraph[serve]' "
            "(in a clone: .venv/bin/pip install -e '.[serve]')"
        ) from error
    before_port, before_token = _session(folder)
    listening = _listen(port, before_port)
    with listening:
        number = listening.getsockname()[1]
        token = before_token if before_token and before_port == number else secrets.token_urlsafe(24)
        _keep_session(folder, number, token)
        app = review_app(desk, token, number)
        config = uvicorn.Config(
            app, log_config=None, access_log=False, lifespan="off", ws="none", server_header=False, proxy_headers=False
        )

        async def work(stop: asyncio.Event) -> None:
            announce(f"http://{_HOST}:{number}/?token={token}")
            await StoppableServer(config).serve_until(stop, listening)

        try:
            run_interruptibly(work, lambda: None)
        finally:
            (folder / SESSION).unlink(missing_ok=True)


def _listen(port: int | None, before: int | None) -> socket.socket:
    """Return a listening socket: on the port that is asked for, else the one of last time if it is free, else any."""
    wanted = [port] if port is not None else [*([before] if before else []), 0]
    for number in wanted:
        made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if os.name == "posix":  # a port whose last server was killed is free at once
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            made.bind((_HOST, number))
            made.listen(128)
        except OSError as error:
            made.close()
            if number == wanted[-1]:
                raise UsageError(
                    f"--port {number}: cannot be used: {error.strerror}.\nGive another one, or none at all"
                ) from error
        else:
            return made
    raise AssertionError("unreachable: the last port was used or refused")


def _session(folder: Path) -> tuple[int | None, str | None]:
    """Return port and token that a killed server has left."""
    try:
        data = json.loads((folder / SESSION).read_text(encoding="utf-8"))
        port, token = data["port"], data["token"]
    except (OSError, ValueError, TypeError, KeyError):
        return None, None
    is_whole = isinstance(port, int) and 0 < port < 65536 and isinstance(token, str) and len(token) >= 20
    return (port, token) if is_whole else (None, None)


def _keep_session(folder: Path, port: int, token: str) -> None:
    """Write the session for this user alone. Raises UsageError where the folder cannot be written."""
    path = folder / SESSION
    try:
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written, and the reviews go there: {error.strerror}") from error
    with open(descriptor, "w", encoding="utf-8") as file:
        json.dump({"port": port, "token": token}, file)
