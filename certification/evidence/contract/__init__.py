"""Testing a sandbox against its description with Schemathesis, signed, seeded, and with every violation replayed before it is believed."""
