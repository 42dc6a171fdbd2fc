"""What the product costs, and what it stands: measured and printed; never a test of anybody's patience.

``python -m benchmarks`` prints costs. ``python -m benchmarks.corpus`` makes the SDKs of every description in a folder and sends values
there and back, ``.parity`` compares the languages' requests byte for byte, ``.hostile`` builds and runs SDKs of hostile descriptions,
``.faults`` looks for every fault of the reference exchange.
"""
