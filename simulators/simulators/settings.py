"""What can be configured, from the environment (`MOTCUA_…`)."""

from pathlib import Path
from typing import Literal
from urllib.parse import urlparse
from urllib.request import url2pathname

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

BEFORE_US = 14
"""How many ports payments stands before the simulators, where nobody names its address."""


class Settings(BaseSettings):
    """Settings of the simulator process."""

    model_config = SettingsConfigDict(env_prefix="MOTCUA_", extra="ignore")

    env: Literal["development", "production"] = "development"
    home: str = Field(default_factory=lambda: str(Path.cwd() / ".local"))
    http_host: str = "127.0.0.1"
    http_port: int = 8120
    jwks: str = ""
    payments_url: str = ""

    @property
    def payments(self) -> str:
        """Where the bank calls back."""
        return self.payments_url or f"http://127.0.0.1:{self.http_port - BEFORE_US}"

    @property
    def keys(self) -> Path | None:
        """The folder of the development key that the bank's token is signed with; None without one."""
        address = urlparse(self.jwks)
        return Path(url2pathname(address.path)).parent if address.scheme == "file" else None
