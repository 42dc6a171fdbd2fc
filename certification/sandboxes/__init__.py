"""Where an API is tried without real money: remote, container image, the reference exchange, the mock exchange."""
