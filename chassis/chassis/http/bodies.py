"""The bodies of commands."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Body(BaseModel):
    """A command's body: unknown fields are refused. `POINT`: the rule that asks for what it holds, told when something is missing."""

    model_config = ConfigDict(extra="forbid")

    POINT: ClassVar[str] = ""
