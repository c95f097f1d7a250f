"""Bad input: requests made from each service's interface, sent to the real thing, and every answer judged."""
