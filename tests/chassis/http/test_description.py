"""The page that shows the interface: whole without internet, and nothing of it goes elsewhere."""

import re
from urllib.parse import urljoin

import httpx

PAGE = "http://sample/motcua/docs"
"""As behind a gateway that adds a path."""


async def test_the_page_of_the_interface_loads_nothing_from_another_host(anonymous: httpx.AsyncClient) -> None:
    """Regression: its script came from an outside host, and without internet the page was blank."""
    page = await anonymous.get("/docs")
    assert page.status_code == 200
    wanted = re.findall(r"""(?:src|href|url:)[=\s]*["']([^"']+)""", page.text)
    assert len(wanted) == 4
    for address in wanted:
        assert urljoin(PAGE, address).startswith("http://sample/motcua/"), address
        answer = await anonymous.get(urljoin(PAGE, address).removeprefix("http://sample/motcua"))
        assert answer.status_code == 200 and len(answer.content) > 500


async def test_the_page_may_run_only_its_own_scripts_and_asks_no_outside_validator(anonymous: httpx.AsyncClient) -> None:
    page = await anonymous.get("/docs")
    rules = dict(rule.split(" ", 1) for rule in page.headers["content-security-policy"].split("; "))
    assert rules["default-src"] == rules["frame-ancestors"] == rules["form-action"] == "'none'"
    assert re.fullmatch(r"'self' 'sha256-[A-Za-z0-9+/=]{44}'", rules["script-src"])
    assert rules["connect-src"] == "'self'"
    assert '"validatorUrl": null' in page.text and '"persistAuthorization": false' in page.text


async def test_there_is_one_page_of_the_interface(anonymous: httpx.AsyncClient) -> None:
    assert (await anonymous.get("/redoc")).status_code == 404
    assert (await anonymous.get("/docs/oauth2-redirect")).status_code == 404
