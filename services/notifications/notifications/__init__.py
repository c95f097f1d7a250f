"""Tells applicants what happens to their dossier: account, SMS, e-mail."""
