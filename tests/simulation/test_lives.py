"""What people of a run ask for."""

from datetime import UTC, datetime, timedelta

from simulation.lives import reply_by

NOW = datetime(2026, 12, 1, 3, tzinfo=UTC)


def test_an_opinion_is_wanted_inside_the_time_of_the_dossier() -> None:
    """Regression: less than thirty hours before that a specialist was refused, and a simulated year ended after 211,000 dossiers."""
    day = timedelta(days=1)
    assert reply_by(NOW, NOW + day) == NOW + day
    assert reply_by(NOW, NOW + 2 * day) == reply_by(NOW, NOW - day) == reply_by(NOW, None) == NOW + timedelta(hours=30)
