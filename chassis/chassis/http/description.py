"""The page `/docs`, which shows and tries the interface: everything on it comes from the service itself, so it needs no internet."""

import hashlib
import re
from base64 import b64encode
from importlib.resources import files
from pathlib import Path

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import FileResponse, HTMLResponse

STATIC = Path(str(files("fastapi_offline") / "static"))
PARTS = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css", "favicon.png": "image/png"}
QUIET = {
    "validatorUrl": None,
    "persistAuthorization": False,
    "defaultModelsExpandDepth": 0,
}
"""`validatorUrl`: left alone, the page would tell an outside host the address of every service it shows."""


def add_description(app: FastAPI) -> None:
    """`/docs`, with addresses relative to it: it works behind a path of a gateway too."""
    page = get_swagger_ui_html(
        openapi_url="openapi.json",
        title=app.title,
        swagger_js_url="docs/swagger-ui-bundle.js",
        swagger_css_url="docs/swagger-ui.css",
        swagger_favicon_url="docs/favicon.png",
        swagger_ui_parameters=QUIET,
    )
    html = bytes(page.body).decode()
    guarded = {"Content-Security-Policy": _policy(html), "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}

    @app.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        return HTMLResponse(html, headers=guarded)

    for name, kind in PARTS.items():
        _add_part(app, name, kind)


def _add_part(app: FastAPI, name: str, kind: str) -> None:
    @app.get(f"/docs/{name}", include_in_schema=False)
    def part() -> FileResponse:
        kept = {"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"}
        return FileResponse(STATIC / name, media_type=kind, headers=kept)


def _policy(html: str) -> str:
    """Nothing but our own files and this very page's script; only the page's styles may be written within it."""
    own = " ".join(f"'sha256-{b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in _scripts(html))
    return (
        f"default-src 'none'; script-src 'self' {own}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def _scripts(html: str) -> list[str]:
    return re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
