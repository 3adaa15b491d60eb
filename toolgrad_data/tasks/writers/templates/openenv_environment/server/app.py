"""The application: OpenEnv's own server around the environment.

uvicorn server.app:app --host 127.0.0.1 --port 8000
"""

import argparse
import os

import uvicorn
from openenv.core.env_server.http_server import create_app

try:
    from ..models import ToolGradAction, ToolGradObservation, ToolGradState
    from .environment import ToolGradEnvironment, hosted_tasks
except ImportError:  # where the folder itself is the root, as `openenv serve` has it
    from models import ToolGradAction, ToolGradObservation, ToolGradState
    from server.environment import ToolGradEnvironment, hosted_tasks

# Before it serves: a tool that is gone is told at the start.
hosted_tasks()
app = create_app(
    ToolGradEnvironment,
    ToolGradAction,
    ToolGradObservation,
    env_name="toolgrad_tasks",
    max_concurrent_envs=int(os.environ.get("MAX_CONCURRENT_ENVS", "64")),
    state_cls=ToolGradState,
)


def main() -> None:
    """Serve. OpenEnv's server asks for no token: by default it listens to this machine alone."""
    parser = argparse.ArgumentParser(description="Serve the tasks by OpenEnv's server.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    arguments = parser.parse_args()
    uvicorn.run(app, host=arguments.host, port=arguments.port)


if __name__ == "__main__":
    main()
