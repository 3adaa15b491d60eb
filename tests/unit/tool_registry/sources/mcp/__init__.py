"""Tests of the source of MCP servers."""
