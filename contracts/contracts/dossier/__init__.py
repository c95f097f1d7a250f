"""The facts of a dossier, a module for each service that owns them."""

from contracts.dossier import intake, national, payments, processing, ratings, results, routing

__all__ = ["intake", "national", "payments", "processing", "ratings", "results", "routing"]
