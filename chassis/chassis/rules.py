"""The rules of a moment that somebody names."""

from datetime import datetime

from chassis.settings import Settings
from contracts.refusal import Refused
from worktime import NoRulesThen, RuleSet


def rules_of_named(settings: Settings, named: datetime, *, field: str, point: str, now: datetime) -> RuleSet:
    """The rules of the day that stands in `field`. Raises `Refused` (422), with the article of `point` today, before the first decree.

    Before it there was no one-stop: what an empty date of another system would begin must not go on for decades.
    """
    try:
        return settings.rules_on(named)
    except NoRulesThen as early:
        article = settings.rules_on(now).article(point)
        raise Refused("Khi đó chưa có quy định nào về một cửa.", article=article, field=field, status=422) from early


__all__ = ["rules_of_named"]
