"""The applicant of a story."""

from contracts.dossier import intake
from motcua.client import Client, Json
from motcua.play.paper import paper
from motcua.play.people import form_of, full_name
from motcua.play.stories.tale import NotAsTold, Tale

NAMES = ("full_name", "organisation_name", "organisation_head")
"""Fields of a form that say whose dossier it is."""


class Applicant:
    """Files, supplements and withdraws, online or, through the officer, at the counter."""

    def __init__(self, tale: Tale) -> None:
        self.tale = tale
        self.name = full_name(tale.dice)
        self.client = tale.stage.client.acting(f"nguoidan-{tale.dice.getrandbits(32):08x}", "citizen")

    def files_online(self, procedure: str) -> None:
        """A dossier at the National Portal's channel."""
        self._files(procedure, "online", self.client, "Người dân nộp trực tuyến")

    def files_at_the_counter(self, procedure: str) -> None:
        """A dossier on paper, entered by the officer."""
        officer = self.tale.stage.person("one-stop", self.tale.receiving.code)
        self._files(procedure, "counter", officer, f"Cán bộ một cửa {self.tale.receiving.name} nhập hồ sơ nộp trực tiếp")

    def _files(self, code: str, channel: str, by: Client, words: str) -> None:
        tale = self.tale
        tale.procedure = tale.stage.procedure(code)
        filed = tale.acts(f"{words}: {tale.procedure.name}", lambda: by.intake.submit(self.submission(channel, by)))
        tale.dossier = str(filed["id"])
        tale.follows(*tale.by(by, intake.Submitted))

    def submission(self, channel: str, by: Client) -> Json:
        """The body of a filing: form and required papers."""
        parts = [part for part in self.tale.procedure.components if part.required]
        form = form_of(self.tale.procedure, self.tale.dice)
        self.name = next((form[field] for field in NAMES if field in form), self.name)
        body: Json = {
            "procedure": self.tale.procedure.code,
            "channel": channel,
            "receiving": self.tale.receiving.code,
            "form": form,
            "attachments": [self._attachment(part.code, by) for part in parts],
            "return_channel": "counter",
        }
        assert self.client.actor is not None
        return body if channel == "online" else body | {"applicant": self.client.actor.subject}

    def _attachment(self, component: str, by: Client) -> Json:
        part = next(part for part in self.tale.procedure.components if part.code == component)
        file = by.intake.upload(paper(part.accepted_media, self.tale.dice))
        return {"component": component, "file": file, "copy_of": "electronic"}

    def supplements(self) -> None:
        """Sends the first component anew."""
        tale, component = self.tale, self.tale.procedure.components[0]
        papers = [self._attachment(component.code, self.client)]
        tale.acts(f"Người dân gửi bổ sung: {component.name}", lambda: self.client.intake.amend(tale.dossier, attachments=papers))
        tale.follows(*tale.by(self.client, intake.Amended))

    def reads_the_refusal(self) -> None:
        """Form 03, from the account that filed."""
        tale = self.tale
        printed = tale.acts("Người dân xem phiếu từ chối (mẫu 03)", lambda: self.client.intake.form(tale.dossier, "03"))
        if not printed.startswith(b"%PDF"):
            raise NotAsTold("form 03 is no PDF")

    def asks_to_withdraw(self, reason: str) -> None:
        """Before or after reception; after it the holder answers."""
        tale = self.tale
        tale.acts(f"Người dân xin rút hồ sơ: {reason}", lambda: self.client.intake.request_stop(tale.dossier, "stop", reason))
        tale.follows(*tale.by(self.client, intake.StopRequested))
