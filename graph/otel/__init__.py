"""OpenTelemetry: spans of samples, nodes, model calls and tool calls, where its environment asks for them."""
