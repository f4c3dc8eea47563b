"""Rasa's own `rest` channel, letting the bench pass the turn token that our actions demand."""

from __future__ import annotations

from typing import Any

from rasa.core.channels.rest import RestInput
from sanic.request import Request


class RestWithMetadata(RestInput):
    """`rest`, with the request's metadata. For the bench only: it trusts whatever a client says of itself."""

    def get_metadata(self, request: Request) -> dict[str, Any] | None:
        """What the client put under `metadata`."""
        metadata: dict[str, Any] | None = request.json.get("metadata")
        return metadata
