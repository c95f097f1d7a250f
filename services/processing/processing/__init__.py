"""Processing (giải quyết): assignment, drafts, approval, and the settlement clock."""
