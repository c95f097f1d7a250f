"""The number of a receipt (mẫu 01), as every later paper of the dossier repeats it."""


def receipt_number(register_ordinal: int) -> str:
    """The register's ordinal of that year."""
    return f"{register_ordinal:02}/TNHS"
