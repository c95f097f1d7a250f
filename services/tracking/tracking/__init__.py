"""Tracking: where every dossier stands, what happened to it, and how many there are."""
