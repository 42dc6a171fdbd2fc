"""The matching engine of the reference exchange: pure, deterministic, exact; no I/O and no clock of its own."""
