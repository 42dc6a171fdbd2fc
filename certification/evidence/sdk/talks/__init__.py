"""Talks of an SDK's client with the mock exchange that take more than one request: repetitions, pages, budgets, clocks."""
