"""A network of a few names and addresses: names that change what they mean, and addresses that lead to servers of this machine."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from typing import Any

_CREATE, _RESOLVE = socket.create_connection, socket.getaddrinfo


@dataclass(slots=True)
class SmallInternet:
    """What names mean now and next, and what was asked for."""

    answers: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    """By name: what each look-up gives, the last one for ever after."""
    servers: dict[str, int] = field(default_factory=dict)
    """By address: the port of this machine that answers there, on whatever port was asked for. Others refuse."""
    looked_up: list[str] = field(default_factory=list)
    connected: list[str] = field(default_factory=list)

    def resolve(self, host: str, port: Any, *options: Any, **named: Any) -> list[Any]:
        """In place of ``socket.getaddrinfo``."""
        if host not in self.answers:
            return _RESOLVE(host, port, *options, **named)
        self.looked_up.append(host)
        known = self.answers[host]
        addresses = known.pop(0) if len(known) > 1 else known[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    def connect(self, address: tuple[str, int], *options: Any, **named: Any) -> socket.socket:
        """In place of ``socket.create_connection``."""
        host = str(_RESOLVE(address[0], None)[0][4][0]) if address[0] not in self.answers else str(self.resolve(*address)[0][4][0])
        self.connected.append(host)
        if host not in self.servers:
            raise ConnectionRefusedError(f"nobody is at {host}")
        return _CREATE(("127.0.0.1", self.servers[host]), *options, **named)
