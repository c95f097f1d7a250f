"""What people who play ask of another agency."""

from datetime import UTC, datetime, timedelta

from motcua.play.consulting import reply_by

NOW = datetime(2026, 12, 1, 3, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_an_opinion_is_wanted_inside_the_time_of_the_dossier() -> None:
    """Regression: less than thirty hours before that a specialist was refused, and a simulated year ended after 211,000 dossiers."""
    assert reply_by(NOW, (NOW + DAY).isoformat(), 30 * HOUR) == NOW + DAY
    for due in ((NOW + 2 * DAY).isoformat(), (NOW - DAY).isoformat(), None):
        assert reply_by(NOW, due, 30 * HOUR) == NOW + 30 * HOUR
