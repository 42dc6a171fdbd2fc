"""Gathering what happens: the contract tester, the SDK harness, scenarios; their events folded into ``Evidence``."""
