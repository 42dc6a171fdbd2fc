"""The TypeScript emitter: templates, and the hand-written runtime that every TypeScript SDK carries."""
