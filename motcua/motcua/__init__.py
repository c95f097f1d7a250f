"""The command `motcua`, and the client that it, tests and benches share."""
