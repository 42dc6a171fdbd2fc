"""The reference exchange: a small real spot exchange, the embedded sandbox and the example for exchanges."""
