"""Tasks of ToolGrad for verifiers: the taskset, the harness that plays them, and the environment of both."""

from toolgrad_tasks.environment import ToolGradEnv
from toolgrad_tasks.harness import ToolGradHarness
from toolgrad_tasks.taskset import ToolGradTaskset

__all__ = ["ToolGradEnv", "ToolGradHarness", "ToolGradTaskset"]
