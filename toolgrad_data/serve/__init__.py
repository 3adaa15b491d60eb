"""Tasks as a service: episodes over OpenEnv's protocol and over MCP, and their rewards, which are kept."""
