"""What an operator asks every service."""

from motcua.client.wire import Actor, Json, Wire, segment


class Operations:
    """What every service answers to an operator: health, and what it put aside."""

    def __init__(self, wire: Wire, actor: Actor | None) -> None:
        self._wire = wire
        self._actor = actor

    def ready(self, service: str) -> Json:
        """`/health/ready` in one try; a service that is not ready answers 503 with its state all the same."""
        answer: Json = self._wire.state_of(service)
        return answer

    def parked(self, service: str) -> Json:
        """`total` and `items`, oldest first."""
        answer: Json = self._wire.request(service, "GET", "/parked", self._actor, once=True)
        return answer

    def parked_dossier(self, service: str, dossier: str) -> Json:
        answer: Json = self._wire.request(service, "GET", f"/parked/{segment(dossier)}", self._actor, once=True)
        return answer

    def preview(self, service: str, dossier: str) -> Json:
        """What a redrive would do now; nothing is kept."""
        answer: Json = self._wire.request(service, "GET", f"/parked/{dossier}/preview", self._actor, once=True)
        return answer

    def redrive(self, service: str, dossier: str) -> Json:
        answer: Json = self._wire.request(service, "POST", f"/parked/{segment(dossier)}/redrive", self._actor, once=True)
        return answer
