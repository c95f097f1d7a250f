"""Real faults on the real servers, under load, each ended by a reconciliation from the citizen's side: `make chaos`."""
