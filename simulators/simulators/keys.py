"""The key under which a call counts once."""

from fastapi import HTTPException, Request

LONGEST = 200


def idempotency_key(request: Request) -> str:
    """The header `Idempotency-Key`, 1 to 200 characters. Raises `HTTPException` 422."""
    key: str = request.headers.get("Idempotency-Key", "")
    if not 0 < len(key) <= LONGEST:
        raise HTTPException(422, f"the header Idempotency-Key, 1 to {LONGEST} characters, is missing")
    return key
