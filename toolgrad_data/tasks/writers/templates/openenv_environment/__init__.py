"""Tasks of ToolGrad for OpenEnv: the client of a server that plays them, and what it sends and sees."""

from toolgrad_tasks.client import ToolGradEnv
from toolgrad_tasks.models import ToolGradAction, ToolGradObservation, ToolGradState

__all__ = ["ToolGradAction", "ToolGradEnv", "ToolGradObservation", "ToolGradState"]
