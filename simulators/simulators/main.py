"""The simulators, put together in one process. Never for production."""

from pathlib import Path

import httpx
import uvicorn
from fastapi import FastAPI
from pydantic_settings import BaseSettings, SettingsConfigDict

from chassis.telemetry.logs import start_logging
from chassis.tokens import issue
from simulators import bank, gateway, portal
from simulators.ledger import Ledger

PORT_FROM_FIRST, PAYMENTS_FROM_FIRST = 20, 6
"""Places of this process and of payments, counted from the first port of a local system."""


class Settings(BaseSettings):
    """From the environment (`MOTCUA_…`). Without a home everything is forgotten at the end."""

    model_config = SettingsConfigDict(env_prefix="MOTCUA_", extra="ignore")

    env: str = "development"
    home: Path | None = None
    http_host: str = "127.0.0.1"
    http_port: int = 8120
    payments_url: str = ""
    log_level: str = "INFO"

    @property
    def payments(self) -> str:
        return self.payments_url or f"http://127.0.0.1:{self.http_port - PORT_FROM_FIRST + PAYMENTS_FROM_FIRST}"


def application(settings: Settings, client: httpx.Client | None = None) -> FastAPI:
    """The app; `client` speaks to payments."""
    app = FastAPI(title="portal-simulator", version="0.1.0")
    ledger = Ledger(settings.home)
    secrets = (settings.home or Path.cwd() / ".local") / "secrets"
    app.include_router(portal.routes(ledger, portal.Tokens()))
    app.include_router(gateway.routes(ledger))
    payments = client or httpx.Client(base_url=settings.payments, timeout=10)
    app.include_router(bank.routes(payments, lambda: issue(secrets, "bank:simulator", ["bank"], ["*"])))

    @app.get("/health/live")
    @app.get("/health/ready")
    def health() -> dict[str, bool]:
        return {"ok": True}

    return app


def run() -> None:
    """Run until SIGTERM or SIGINT."""
    settings = Settings()
    if settings.env == "production":
        raise SystemExit("The simulators are refused in production.")
    start_logging("portal-simulator", settings.log_level)
    uvicorn.run(
        application(settings),
        host=settings.http_host,
        port=settings.http_port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
    )


if __name__ == "__main__":
    run()
