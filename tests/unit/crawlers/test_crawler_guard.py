"""The resolver passes on only what may be connected to, whatever a name server answers."""

from __future__ import annotations

from twisted.internet.address import IPv4Address, IPv6Address, UNIXAddress

from policygraph_crawlers.guard import GuardingResolver


class _NameServer:
    """Answers each question with the next of its answers, as a rebinding name server does."""

    def __init__(self, *answers) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def resolveHostName(self, receiver, host, port=0, types=None, semantics="TCP"):
        self.asked.append(host)
        receiver.resolutionBegan(None)
        for address in self.answers.pop(0):
            receiver.addressResolved(address)
        receiver.resolutionComplete()
        return receiver


class _Reactor:
    def __init__(self, name_server) -> None:
        self.nameResolver = name_server

    def installNameResolver(self, resolver) -> None:
        self.nameResolver = resolver


class _Receiver:
    def __init__(self) -> None:
        self.addresses: list = []
        self.complete = False

    def resolutionBegan(self, resolution) -> None:
        pass

    def addressResolved(self, address) -> None:
        self.addresses.append(address)

    def resolutionComplete(self) -> None:
        self.complete = True


def _ask(resolver, host, port=80) -> list:
    receiver = _Receiver()
    resolver.resolveHostName(receiver, host, port)
    assert receiver.complete
    return receiver.addresses


PUBLIC = IPv4Address("TCP", "8.8.8.8", 80)
PRIVATE = IPv4Address("TCP", "127.0.0.1", 80)
MAPPED = IPv6Address("TCP", "::ffff:127.0.0.1", 80)
SCOPED = IPv6Address("TCP", "fe80::1%eth0", 80)


def test_each_answer_is_checked() -> None:
    resolver = GuardingResolver(_Reactor(_NameServer([PUBLIC], [PRIVATE], [PUBLIC])), {})
    assert _ask(resolver, "rebinding.example") == [PUBLIC]
    assert resolver.refusal("rebinding.example") is None
    assert _ask(resolver, "rebinding.example") == []
    assert resolver.refusal("rebinding.example") == "127.0.0.1"
    assert _ask(resolver, "rebinding.example") == [PUBLIC]
    assert resolver.refusal("rebinding.example") is None


def test_mixed_answers_leave_the_public_ones() -> None:
    resolver = GuardingResolver(_Reactor(_NameServer([PRIVATE, PUBLIC, MAPPED, SCOPED, UNIXAddress(b"/s")])), {})
    assert _ask(resolver, "mixed.example") == [PUBLIC]


def test_only_the_named_host_is_mapped_and_its_name_is_not_asked_for() -> None:
    server = _NameServer([PRIVATE], [PRIVATE])
    resolver = GuardingResolver(_Reactor(server), {"sample.example": ("127.0.0.1", 4321)})
    assert _ask(resolver, "sample.example") == [IPv4Address("TCP", "127.0.0.1", 4321)]
    assert _ask(resolver, "127.0.0.1", 4321) == []
    assert "sample.example" not in server.asked


def test_installed_on_the_reactor() -> None:
    reactor = _Reactor(_NameServer())
    resolver = GuardingResolver(reactor, {})
    resolver.install_on_reactor()
    assert reactor.nameResolver is resolver
