"""The vault's door for services: by role and purpose, each read logged."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query

from chassis.http import Api, Items, answers
from chassis.http.problem import ProblemError
from chassis.store import Because, Unit
from chassis.tokens import Caller
from chassis.vault import KEY, MOST_AT_ONCE, Purpose
from contracts.fact import VaultRef
from intake import vault
from intake.answers import VaultContent, VaultEntry
from intake.api.bodies import VaultIn

Keys = Annotated[list[UUID], Query(min_length=1, max_length=MOST_AT_ONCE)]


def add_vault_routes(api: Api) -> None:
    service = Depends(api.auth.needs("service"))

    @api.app.post("/vault/{dossier}", status_code=201, tags=["vault"])
    @answers(VaultRef)
    def put(dossier: UUID, body: VaultIn, caller: Annotated[Caller, service]) -> dict[str, str]:
        """Keep a text that another service's fact will refer to.

        No Idempotency-Key: sent twice, it keeps a copy that no fact speaks of and that is erased with its dossier.
        """
        with api.database.session() as session:
            unit = Unit(session, Because(actor=caller.subject, correlation=dossier))
            ref = vault.keep(unit, dossier, body.kind, body.content, by=caller.subject, now=api.clock.now())
            unit.commit()
        return {"key": ref.key, "digest": ref.digest}

    @api.app.get("/vault/{key}", tags=["vault"])
    @answers(VaultContent)
    def get(key: UUID, purpose: Purpose, caller: Annotated[Caller, service]) -> dict[str, Any]:
        """Read a content for a stated purpose; the read is logged."""
        with api.database.session() as session:
            row = vault.read(session, str(key), reader=caller.subject, purpose=purpose, now=api.clock.now())
        if row is None:
            raise ProblemError(404, "Không có hoặc đã xóa.", field=KEY)
        return {"kind": row.kind, "content": row.content}

    @api.app.get("/vault", tags=["vault"])
    @answers(Items[VaultEntry])
    def get_many(key: Keys, purpose: Purpose, caller: Annotated[Caller, service]) -> dict[str, Any]:
        """Read several contents for a stated purpose; each read is logged. A key that was erased, or never was, is left out."""
        with api.database.session() as session:
            names = [str(one) for one in key]
            contents = vault.read_many(session, names, reader=caller.subject, purpose=purpose, now=api.clock.now())
        return {"items": [{"key": name, "content": content} for name, content in contents.items()]}
