"""The services that only hear: look-up, history, messages, numbers."""

from collections.abc import Iterator

from motcua.client.routes.service import Service, items
from motcua.client.wire import Json, segment


class Tracking(Service):
    name = "tracking"

    def look_up(self, code: str) -> Json:
        """What anybody may know of a code."""
        answer: Json = self._get(f"/lookup/{segment(code)}")
        return answer

    def dossier(self, id_or_code: str) -> Json:
        answer: Json = self._get(f"/dossiers/{segment(id_or_code)}")
        return answer

    def history(self, id_or_code: str) -> list[Json]:
        return items(self._get(f"/dossiers/{segment(id_or_code)}/history"))

    def control_slip(self, id_or_code: str) -> Json:
        """Form 06: `handovers`, each with giver, receiver, times and outcome."""
        answer: Json = self._get(f"/dossiers/{id_or_code}/control-slip")
        return answer

    def dossiers(self, agency: str | None = None, status: int | None = None, due_before: str | None = None) -> Iterator[Json]:
        return self._all("/dossiers", agency=agency, status=status, due_before=due_before)

    def statistics(self) -> Json:
        answer: Json = self._get("/statistics")
        return answer

    def counts(self) -> Json:
        answer: Json = self._get("/counts")
        return answer


class Notifications(Service):
    name = "notifications"

    def messages(self) -> Iterator[Json]:
        return self._all("/messages")

    def messages_of(self, dossier: str) -> list[Json]:
        return items(self._get(f"/dossiers/{dossier}/messages"))


class Ratings(Service):
    name = "ratings"

    def punctuality(self, agency: str | None = None) -> Json:
        answer: Json = self._get("/punctuality", agency=agency)
        return answer


class SyncNational(Service):
    name = "sync-national"

    def messages_of(self, dossier: str) -> list[Json]:
        return items(self._get(f"/dossiers/{dossier}/messages"))

    def summary(self) -> Json:
        answer: Json = self._get("/summary")
        return answer
