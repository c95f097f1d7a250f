"""Answers that are a PDF."""

from fastapi import Response


class Pdf(Response):
    """A PDF; as a route's response class it says so in the description of the interface."""

    media_type = "application/pdf"
