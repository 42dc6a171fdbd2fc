"""What the reference exchange shows to the world: REST and streams, each kept to its own description."""
