"""What can be configured, from the environment (`MOTCUA_…`). Only a service's `main.py` reads it."""

from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from worktime import RuleSet, in_viet_nam, rule_set_for, rulebook


class Settings(BaseSettings):
    """Settings of one service process."""

    model_config = SettingsConfigDict(env_prefix="MOTCUA_", extra="ignore")

    service: str = ""
    env: Literal["development", "production"] = "development"
    http_host: str = "127.0.0.1"
    http_port: int = 8000
    share_port: bool = False
    database_url: str = ""
    pool_size: int = Field(default=16, ge=2)
    request_threads: int = Field(default=12, ge=1)
    """Requests worked on at once: enough that writes can travel together; more only make each slower, since one thread runs at a time."""
    kafka: str = ""
    jwks: str = ""
    issuer: str = "motcua-development"
    audience: str = "motcua"
    files: str = Field(default_factory=lambda: str(Path.cwd() / ".local" / "files"))
    clock: Literal["system", "virtual"] = "system"
    vault_url: str = ""
    portal_url: str = ""
    gateway_url: str = ""
    service_token: str = ""
    instance: str = ""
    log_level: str = "INFO"
    trace_ratio: float = 0.05
    traces: str = ""
    """The file that sampled spans are appended to; empty: none is written."""
    rule_set: str = "tuyen-quang-2025"
    unverified_rules: bool = False
    """Whether decrees whose text nobody has verified (NĐ 309/2026) are chosen by date too."""
    portal_intake: bool = False
    """Whether the National Portal's own intake is connected. Until then the province's channel stays on under every rule set."""
    lookup_url: str = ""
    parked_share: float = Field(default=0.2, gt=0, le=1)
    """Over so large a share of dossiers that cannot be handled the inbox stops; 1 parks them all, for an operator who knows why."""
    park_gaps: bool = False
    """Whether what comes behind a gap is parked, instead of stopping the inbox: until the next stop, by one who has read the log."""
    certificates: str = ""

    @field_validator("rule_set")
    @classmethod
    def _is_a_province_s(cls, name: str) -> str:
        known = rulebook().for_provinces()
        if name not in known:
            raise ValueError(f"no rule set named {name!r}; there are {', '.join(known)}")
        return name

    def rules_on(self, moment: datetime) -> RuleSet:
        """The province's rules of a Viet Nam day; unverified decrees only where they are switched on."""
        return rule_set_for(in_viet_nam(moment).date(), self.rule_set, unverified=self.unverified_rules)
