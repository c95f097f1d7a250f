"""Faults on demand: by query of one call (`?fault=500`), or switched on for the next calls of a simulator (`POST /faults`)."""

import asyncio
import threading
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

Name = Literal["slow", "500", "503", "429", "422", "lost-answer", "garbage", "duplicate"]
"""`lost-answer`: taken, then answered with 500. `garbage`: taken, answered with what is no JSON. `duplicate`: the bank calls twice."""
BEFORE: dict[str, int] = {"500": 500, "503": 503, "429": 429, "422": 422}
Area = Literal["portal", "sms", "email", "bank"]
LONGEST = 120.0


class Fault(BaseModel):
    """A fault for the next `times` calls of one simulator; `seconds` is how slow `slow` is."""

    model_config = ConfigDict(extra="forbid")

    area: Area
    fault: Name
    times: int = Field(default=1, ge=1, le=100_000)
    seconds: float = Field(default=3.0, gt=0, le=LONGEST)


class Faults:
    """The faults that are switched on, by simulator, in order."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def shown(self) -> list[Fault]:
        with self._lock:
            return list(self._waiting)

    def take(self, area: Area) -> Fault | None:
        """The next fault of a simulator, used up by this call."""
        with self._lock:
            found = next((fault for fault in self._waiting if fault.area == area), None)
            if found is None:
                return None
            self._waiting.remove(found)
            if found.times > 1:
                self._waiting.insert(0, found.model_copy(update={"times": found.times - 1}))
            return found


async def struck_in_query(request: Request, area: Area) -> Name | None:
    """The same for a route that FastAPI does not read the query for. Raises `HTTPException` 422 for a fault that does not exist."""
    asked: dict[str, str] = {name: request.query_params[name] for name in ("fault", "seconds") if name in request.query_params}
    try:
        injected = Fault.model_validate({"area": area, **asked}) if "fault" in asked else None
    except ValidationError as unknown:
        raise HTTPException(422, plain_errors(unknown)) from unknown
    return await _struck(request, area, injected)


def plain_errors(invalid: ValidationError) -> list[dict[str, Any]]:
    """What is wrong, field by field, without the values."""
    return [dict(error) for error in invalid.errors(include_url=False, include_input=False, include_context=False)]


async def struck(request: Request, area: Area, fault: Name | None, seconds: float) -> Name | None:
    """Wait or answer with an error when a fault says so; the fault's name where the caller has to act on it."""
    return await _struck(request, area, Fault(area=area, fault=fault, seconds=seconds) if fault else None)


async def _struck(request: Request, area: Area, injected: Fault | None) -> Name | None:
    faults: Faults = request.app.state.faults
    taken = injected or faults.take(area)
    if taken is None:
        return None
    if taken.fault == "slow":
        await asyncio.sleep(taken.seconds)
    if taken.fault in BEFORE:
        raise HTTPException(BEFORE[taken.fault], f"injected fault {taken.fault}", headers={"Retry-After": "1"})
    return taken.fault


FaultQuery = Annotated[Name | None, Query()]
SecondsQuery = Annotated[float, Query(gt=0, le=LONGEST)]

router = APIRouter(prefix="/faults", tags=["faults"])


@router.post("", status_code=201)
def switch_on(fault: Fault, request: Request) -> Fault:
    """Switch a fault on."""
    request.app.state.faults.add(fault)
    return fault


@router.get("")
def show(request: Request) -> list[Fault]:
    """The faults that are still on."""
    shown: list[Fault] = request.app.state.faults.shown()
    return shown


@router.delete("", status_code=204)
def clear(request: Request) -> None:
    """Switch all faults off."""
    request.app.state.faults.clear()
