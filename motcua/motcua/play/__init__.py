"""Plays whole lives of dossiers through the public interfaces, and reconciles what was sent with what the views hold."""
