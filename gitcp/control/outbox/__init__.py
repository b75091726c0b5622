"""Runs where nothing may be pushed: what they would write is kept in a folder, the outbox, and settled later, elsewhere."""
