"""Stand-ins for the systems outside Motcua: the National Portal, a message gateway, a bank. For development only."""
