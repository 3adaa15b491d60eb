"""The environment: one agent a task, in a box that need be none, for the harness starts no program in it."""

import verifiers.v1 as vf


class ToolGradEnvConfig(vf.EnvConfig):
    """The settings of verifiers, with a runtime on this machine unless another is asked for."""

    agent: vf.AgentConfig = vf.AgentConfig(runtime=vf.SubprocessConfig())


class ToolGradEnv(vf.Env[ToolGradEnvConfig]):
    """Lets the agent play the task once."""

    async def run(self, task: vf.Task, agents: vf.Agents) -> None:
        """Play the task."""
        await agents.agent.run(task)
