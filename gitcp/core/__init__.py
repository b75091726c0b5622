"""Decisions: pure functions of records and time."""
