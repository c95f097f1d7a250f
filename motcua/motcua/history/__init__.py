"""Histories of older systems: an event log and a mapping become facts under the rule set `imported` (exact readings 5)."""
