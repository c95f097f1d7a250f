"""What the National Portal must be told, in order and once."""
