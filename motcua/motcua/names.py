"""Short names for tables."""


def short(fact_type: str) -> str:
    """`vn.motcua.dossier.result-issued.v1` → `result-issued`; a version above 1 stays."""
    return fact_type.removeprefix("vn.motcua.").removeprefix("dossier.").removesuffix(".v1")
