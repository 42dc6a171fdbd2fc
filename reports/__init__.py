"""What we say and sign: reports, proofs, status, rendering, and publishing to registries."""
