"""The Go emitter: templates, and the hand-written runtime that every Go SDK carries."""
