"""Scrapy's responses as the archive keeps them."""

from __future__ import annotations

from scrapy.http import Response as ScrapyResponse

from policygraph.archive import Response
from policygraph.ledger.store import now


def content_type(response: ScrapyResponse) -> str:
    """The ``Content-Type`` header as it came, or an empty text."""
    value = response.headers.get("Content-Type")
    return value.decode("latin-1") if value else ""


def archived(response: ScrapyResponse) -> Response:
    """A response of the archive, its payload decoded as Scrapy decoded it."""
    headers = tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    )
    media_type = content_type(response).partition(";")[0].strip().lower()
    return Response(
        url=response.url,
        payload=response.body,
        fetched_at=now(),
        media_type=media_type or "application/octet-stream",
        status=response.status,
        headers=headers,
    )
