"""The address guard: names are resolved once, and connections go to the addresses that were checked or nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Response
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface import implementer

from policygraph.model.addresses import is_public


class AddressRefusedError(Exception):
    """A host whose addresses are not public. The message names the URL and the address."""


@implementer(IHostnameResolver)
class GuardingResolver:
    """Resolves a host to its public addresses only; literal addresses come this way too.

    ``LOOPBACK_HOSTS`` of the settings maps a host to the address and port that it is reached at without the check.
    Twisted connects to what is answered here and asks no second time.
    """

    def __init__(self, reactor: Any, loopback_hosts: dict[str, tuple[str, int]]) -> None:
        self._reactor = reactor
        self._inner = reactor.nameResolver
        self._loopback_hosts = loopback_hosts
        self._refused: dict[str, str] = {}

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> GuardingResolver:
        """Built by Scrapy from the setting ``TWISTED_DNS_RESOLVER``."""
        return cls(reactor, dict(crawler.settings.getdict("LOOPBACK_HOSTS")))

    def install_on_reactor(self) -> None:
        """Make this the resolver of all connections."""
        self._reactor.installNameResolver(self)

    def refusal(self, host: str) -> str | None:
        """The address for which a host was refused last, or None."""
        return self._refused.get(host)

    def resolveHostName(  # noqa: N802 - the name is that of Twisted's interface
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[Any] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        """Resolve, and pass on the public addresses."""
        if hostName in self._loopback_hosts:
            address, port = self._loopback_hosts[hostName]
            receiver = _Substituted(resolutionReceiver, IPv4Address("TCP", address, port))
            # The mapped name need not exist: the address is resolved in its place.
            return self._inner.resolveHostName(receiver, address, port, addressTypes, transportSemantics)
        checked = _Checked(resolutionReceiver, hostName, self._refused)
        return self._inner.resolveHostName(checked, hostName, portNumber, addressTypes, transportSemantics)


@implementer(IResolutionReceiver)
class _Checked:
    def __init__(self, receiver: Any, host: str, refused: dict[str, str]) -> None:
        self._receiver = receiver
        self._host = host
        self._refused = refused
        refused.pop(host, None)

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        if isinstance(address, IPv4Address | IPv6Address) and is_public(address.host.partition("%")[0]):
            self._receiver.addressResolved(address)
        else:
            self._refused[self._host] = str(getattr(address, "host", address))

    def resolutionComplete(self) -> None:  # noqa: N802
        self._receiver.resolutionComplete()


@implementer(IResolutionReceiver)
class _Substituted:
    def __init__(self, receiver: Any, address: IPv4Address) -> None:
        self._receiver = receiver
        self._address = address

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        """One address was asked for, and it is answered below."""

    def resolutionComplete(self) -> None:  # noqa: N802
        self._receiver.addressResolved(self._address)
        self._receiver.resolutionComplete()


class GuardedDownloadHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP handler, which tells a refused address from a host that does not exist."""

    async def download_request(self, request: Request) -> Response:
        """Fetch. Raises AddressRefusedError where the host leads to no public address."""
        from twisted.internet import reactor  # installed by Scrapy before the first request

        try:
            return await super().download_request(request)
        except CannotResolveHostError as error:
            resolver: Any = reactor.nameResolver
            host = urlsplit(request.url).hostname or ""
            address = resolver.refusal(host) if isinstance(resolver, GuardingResolver) else None
            if address is None:
                raise
            raise AddressRefusedError(f"{request.url} leads to {address}, which is not a public address") from error
