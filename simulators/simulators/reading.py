"""What routes read by themselves that are asked for hundreds of times a second in load tests, and how `/docs` shows it.

Without FastAPI's reading of parameters such a call takes a quarter less of the processor.
"""

from typing import Any, get_args

import msgspec
from fastapi import HTTPException, Request

from simulators.faults import LONGEST as LONGEST_WAIT
from simulators.faults import Name

LONGEST = 200
"""Characters of a key."""


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
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as garbled:
        raise HTTPException(422, "the body is no JSON") from garbled


def described(body: dict[str, Any]) -> dict[str, Any]:
    """What such a route takes, for the description of the interface: the key, a fault, and a body of this schema."""
    key = {"name": "Idempotency-Key", "in": "header", "required": True, "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST}}
    fault = {"name": "fault", "in": "query", "schema": {"enum": get_args(Name)}}
    seconds = {"name": "seconds", "in": "query", "schema": {"type": "number", "exclusiveMinimum": 0, "maximum": LONGEST_WAIT, "default": 3}}
    return {
        "parameters": [key, fault, seconds],
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {"422": {"description": "What was sent is not as described here."}},
    }
