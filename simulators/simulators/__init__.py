"""Simulators of what stands outside: the National Portal, the SMS and e-mail gateway, a bank. For development and tests only."""
