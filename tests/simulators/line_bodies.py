"""Bodies of prices, one after the other, and what a client must make of them: the same in every language."""

from __future__ import annotations

GOOD: dict[str, tuple[bytes, list[str]]] = {
    "lines": (b'{"price":1.10}\n{"price":9007199254740993.000000001}\n', ["1.10", "9007199254740993.000000001"]),
    "no last line break": (b'{"price":1}\n{"price":2}', ["1", "2"]),
    "other line breaks": (b'{"price":1}\r\n{"price":2}\r\n', ["1", "2"]),
    "blank lines": (b'\n \n{"price":1}\n\r\n\n{"price":2}\n\n', ["1", "2"]),
    "nothing": (b"", []),
    "sequence": (b'\x1e{"price":1}\n\x1e{"price":2}\n', ["1", "2"]),
    "sequence of written out values": (b'\x1e{\n "price": 1\n}\n\x1e\x1e{"price":2}', ["1", "2"]),
}
"""A body by what is told of it, and the prices in it."""

BAD: dict[str, tuple[bytes, str]] = {
    "second of another type": (b'{"price":1}\n\n{"price":"x"}\n', "$[1].price"),
    "third cut off": (b'{"price":1}\n{"price":2}\n{"pri', "$[2]"),
    "two values in a line": (b'{"price":1},{"price":2}\n', "$[0]"),
    "array instead of lines": (b'[{"price":1},{"price":2}]', "$[0]"),
    "line of another type": (b'{"price":1}\n7\n', "$[1]"),
    "number that may be cut off": (b'\x1e{"price":1}\n\x1e12', "$[1]"),
}
"""A body by what is wrong with it, and the path to that."""
