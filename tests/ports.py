"""Ports for servers that tests start as processes of their own."""

import random
import socket

#: Below those that the system gives to whoever connects: between asking and listening nobody takes one by chance.
_PORTS = range(20_000, 32_000)


def free_port() -> int:
    """Return a port of loopback on which nothing listens."""
    for port in random.Random().sample(_PORTS, len(_PORTS)):
        with socket.socket() as listening:
            try:
                listening.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no port is free")
