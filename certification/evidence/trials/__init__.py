"""Trials: real orders and a live book through an installed SDK, on the sandbox, over a network that makes planned trouble."""
