"""From a run that breaks to the shortest one that still does: fewer dossiers first, then fewer faults."""

from collections.abc import Callable
from dataclasses import replace

from simulation.run import Outcome, Settings, simulate
from simulation.shop import Shop

TRIES = 40
Prepare = Callable[[Shop], None] | None


def shortest(settings: Settings, broken: Outcome, prepare: Prepare = None) -> tuple[Settings, Outcome]:
    """The smallest settings found that still break, and what came of them."""
    smaller = _alone(settings, broken, prepare) or _fewer(settings, broken, prepare)
    return _fewer_faults(*smaller, prepare)


def _alone(settings: Settings, broken: Outcome, prepare: Prepare) -> tuple[Settings, Outcome] | None:
    """Only the dossier that broke, if it breaks by itself."""
    if broken.culprit is None:
        return None
    alone = replace(settings, only=frozenset({broken.culprit}))
    outcome = simulate(alone, prepare)
    return (alone, outcome) if outcome.broken else None


def _fewer(settings: Settings, broken: Outcome, prepare: Prepare) -> tuple[Settings, Outcome]:
    """Halves of the dossiers, then smaller parts, dropped as long as it still breaks."""
    kept = sorted(settings.only or range(1, settings.dossiers + 1))
    best, part, tries = (settings, broken), max(len(kept) // 2, 1), TRIES
    while part and tries:
        for at in range(0, len(kept), part):
            rest = kept[:at] + kept[at + part :]
            tries -= 1
            attempt = replace(settings, only=frozenset(rest))
            if rest and (outcome := simulate(attempt, prepare)).broken:
                best, kept = (attempt, outcome), rest
                break
            if not tries:
                break
        else:
            part //= 2
    return best


def _fewer_faults(settings: Settings, outcome: Outcome, prepare: Prepare) -> tuple[Settings, Outcome]:
    """No more faults than are needed, by halving."""
    low, high, best = 0, outcome.faults.total(), (settings, outcome)
    while low < high:
        middle = (low + high) // 2
        attempt = replace(settings, most_faults=middle)
        tried = simulate(attempt, prepare)
        if tried.broken:
            best, high = (attempt, tried), middle
        else:
            low = middle + 1
    return best


def command(settings: Settings) -> str:
    """The command that repeats a run."""
    words = [f"motcua simulate --seed {settings.seed} --days {settings.days} --dossiers {settings.dossiers} --start {settings.start}"]
    words += [f"--faults {','.join(settings.faults)}"] if settings.faults else []
    words += [f"--only {','.join(map(str, sorted(settings.only)))}"] if settings.only else []
    words += [f"--most-faults {settings.most_faults}"] if settings.most_faults is not None else []
    words += [] if settings.thorough else ["--no-thorough"]
    return " ".join(words)
