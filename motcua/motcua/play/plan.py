"""Which lives are played: about seven in ten are plain, the rest meets what an office meets."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import msgspec

from contracts.catalogue import Agency, Procedure, pin, settling_agencies
from motcua.client import Client
from worktime import Term

Kind = Literal[
    "normal", "gate-supplement", "supplement", "consultation", "extension", "refusal", "withdrawn", "stop-granted", "stop-declined",
    "declined", "obligation", "draft-returned", "parallel",
]  # fmt: skip
SHARES: dict[Kind, float] = {
    "gate-supplement": 0.04,
    "supplement": 0.04,
    "consultation": 0.04,
    "extension": 0.01,
    "refusal": 0.04,
    "withdrawn": 0.02,
    "stop-granted": 0.02,
    "stop-declined": 0.01,
    "declined": 0.02,
    "obligation": 0.02,
    "draft-returned": 0.02,
    "parallel": 0.02,
}
LONG_ENOUGH = {"extension": 6, "supplement": 3, "consultation": 3}
ONE_AGENCY = ("stop-granted", "stop-declined", "obligation", "extension", "consultation")


@dataclass(frozen=True)
class Life:
    """One dossier to play. `settling` is named only where several agencies could settle."""

    number: int
    kind: Kind
    procedure: Procedure
    channel: str
    receiving: Agency
    settling: str | None
    seed: int


@dataclass(frozen=True)
class Province:
    """The catalogue as the player reads it over HTTP."""

    agencies: dict[str, Agency]
    procedures: list[Procedure]

    @property
    def communes(self) -> list[Agency]:
        return [agency for agency in self.agencies.values() if agency.level == "commune" and agency.one_stop]


def read_province(client: Client) -> Province:
    """Agencies and procedures in force."""
    agencies = [msgspec.convert(item, Agency) for item in client.catalogue.agencies()]
    procedures = [msgspec.convert(client.catalogue.procedure(item["code"]), Procedure) for item in client.catalogue.procedures()]
    return Province({agency.code: agency for agency in agencies}, procedures)


def kinds(number: int, dice: random.Random) -> list[Kind]:
    """The kinds of `number` lives, in random order; from 20 on, each kind at least once."""
    chosen: list[Kind] = []
    for kind, share in SHARES.items():
        chosen += [kind] * max(round(share * number), 1 if number >= 20 else 0)
    chosen = chosen[:number] + ["normal"] * (number - len(chosen))
    assert set(chosen) <= set(get_args(Kind))
    dice.shuffle(chosen)
    return chosen


def plan(province: Province, number: int, seed: int) -> list[Life]:
    """The lives to play; equal catalogues and seeds give equal plans."""
    return list(lives(province, number, seed))


def lives(province: Province, number: int, seed: int) -> Iterator[Life]:
    """The same one by one, for a plan that is too long to hold."""
    dice = random.Random(seed)
    chosen, communes = kinds(number, dice), province.communes
    fitting = {kind: [procedure for procedure in province.procedures if fits(procedure, kind)] for kind in get_args(Kind)}
    for order, kind in enumerate(chosen, start=1):
        yield _life(province, order, kind, fitting[kind], communes, dice)


def _life(
    province: Province, number: int, kind: Kind, fitting: Sequence[Procedure], communes: Sequence[Agency], dice: random.Random
) -> Life:
    while True:
        procedure, receiving = dice.choice(fitting), dice.choice(communes)
        competent = settling_agencies(procedure, receiving, province.agencies.values())
        if competent and _can_pin(procedure, settling := dice.choice(competent), receiving, province):
            channel = "online" if "online" in procedure.channels and dice.random() < 0.7 else "counter"
            return Life(number, kind, procedure, channel, receiving, settling.code if len(competent) > 1 else None, dice.randrange(2**31))


def _can_pin(procedure: Procedure, settling: Agency, receiving: Agency, province: Province) -> bool:
    try:
        pin(procedure.process, settling=settling, receiving=receiving, agencies=province.agencies)
    except LookupError:
        return False
    return True


def fits(procedure: Procedure, kind: Kind) -> bool:
    """Whether a life of this kind can be led under the procedure."""
    if kind == "parallel":
        return procedure.process.mode == "parallel"
    if kind in ONE_AGENCY and procedure.process.mode != "single":
        return False
    if kind in ("gate-supplement", "supplement") and not procedure.components:
        return False
    return all(_is_long(term, LONG_ENOUGH.get(kind, 0)) for term in (procedure.term, procedure.term_online) if term)


def _is_long(text: str, least: int) -> bool:
    term = Term.parse(text)
    return least == 0 or (term.unit in ("wd", "d") and term.amount >= least)
