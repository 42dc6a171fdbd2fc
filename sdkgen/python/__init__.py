"""The Python emitter: templates, and the hand-written runtime that every Python SDK carries."""
