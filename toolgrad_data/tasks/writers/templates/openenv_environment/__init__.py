"""Tasks of ToolGrad for OpenEnv: the client of a server that plays them, and what it sends and sees."""

from .client import ToolGradEnv
from .models import ToolGradAction, ToolGradObservation, ToolGradState

__all__ = ["ToolGradAction", "ToolGradEnv", "ToolGradObservation", "ToolGradState"]
