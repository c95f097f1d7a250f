"""What routes read by themselves that are asked for hundreds of times a second in load tests, and how `/docs` shows it.

FastAPI's reading of parameters took most of the time of such a call.
"""

from typing import Any

import msgspec
from fastapi import HTTPException, Request

LONGEST = 200


def idempotency_key(request: Request) -> str:
    """The header `Idempotency-Key`, 1 to 200 characters. Raises `HTTPException` 422."""
    key: str = request.headers.get("Idempotency-Key", "")
    if not 0 < len(key) <= LONGEST:
        raise HTTPException(422, f"a header Idempotency-Key of 1 to {LONGEST} characters is expected")
    return key


async def json_of(request: Request) -> Any:
    """The body. Raises `HTTPException` 422 for what is no JSON."""
    try:
        return msgspec.json.decode(await request.body())
    except (msgspec.DecodeError, UnicodeDecodeError) as garbled:
        raise HTTPException(422, "the body is no JSON") from garbled


def described(body: dict[str, Any]) -> dict[str, Any]:
    """What such a route takes, for the description of the interface: the key, a fault, and a body of this schema."""
    key = {"name": "Idempotency-Key", "in": "header", "required": True, "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST}}
    fault = {"name": "fault", "in": "query", "schema": {"type": "string"}}
    seconds = {"name": "seconds", "in": "query", "schema": {"type": "number", "default": 3}}
    return {
        "parameters": [key, fault, seconds],
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
    }
