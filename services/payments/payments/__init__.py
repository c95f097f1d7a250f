"""The payments service: what is owed, and the proof that it was paid."""
