"""Looks up what a sender's domain publishes about its mail."""

import asyncio
from collections.abc import Sequence

import dns.asyncresolver
import dns.exception
import dns.resolver

from digest.mail.dns.records import Finding, dkim, dmarc, spf
from digest.mail.message.dkim import Signer, public_record

#: Seconds for one name, all servers and tries together.
PATIENCE_S = 6.0


class Records:
    """The DNS, asked for TXT records."""

    def __init__(self, *, server: tuple[str, int] | None = None, patience: float = PATIENCE_S) -> None:
        """`server`: an address and port to ask; None: those that this machine asks."""
        self._server = server
        self._patience = patience

    async def texts(self, name: str) -> Sequence[str] | None:
        """The TXT records of a name; none where there is no such name. None: nobody answers."""
        try:
            resolver = dns.asyncresolver.Resolver(configure=self._server is None)
            if self._server is not None:
                resolver.port, resolver.nameservers = self._server[1], [self._server[0]]
            answer = await resolver.resolve(name, "TXT", lifetime=self._patience, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return ()
        except (dns.exception.DNSException, OSError):
            return None
        return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]

    async def of(self, domain: str, *, envelope: str, server: str, signer: Signer | None) -> Sequence[Finding]:
        """What is published for mail from `domain`, with bounces to the domain `envelope`, sent through `server`."""
        asked = [self._senders(envelope, server), self._policy(domain)]
        if signer is not None:
            asked.insert(1, self._key(signer))
        return await asyncio.gather(*asked)

    async def _senders(self, name: str, server: str) -> Finding:
        texts = await self.texts(name)
        return _unknown("SPF", name) if texts is None else spf(name, texts, server=server)

    async def _key(self, signer: Signer) -> Finding:
        name = f"{signer.selector}._domainkey.{signer.domain}"
        texts = await self.texts(name)
        return _unknown("DKIM", name) if texts is None else dkim(name, texts, record=public_record(signer))

    async def _policy(self, domain: str) -> Finding:
        """DMARC at the domain itself, else at one above it (RFC 7489 6.6.3)."""
        labels = domain.split(".")
        for start in range(len(labels) - 1):
            name = "_dmarc." + ".".join(labels[start:])
            texts = await self.texts(name)
            if texts is None:
                return _unknown("DMARC", name)
            if any(text.startswith("v=DMARC1") for text in texts):
                return dmarc(name, texts)
        return dmarc(f"_dmarc.{domain}", ())


def _unknown(record: str, name: str) -> Finding:
    text = f"{name} could not be looked up: no name server answers; not checked"
    return Finding(record=record, name=name, ok=None, text=text)
