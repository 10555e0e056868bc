"""What a sender's domain says in the DNS, judged: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489). Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found of one record."""

    #: `SPF`, `DKIM` or `DMARC`.
    record: str
    #: Where it stands.
    name: str
    #: None: it could not be looked up, or is not ours to judge.
    ok: bool | None
    text: str


def spf(name: str, texts: Sequence[str], *, server: str) -> Finding:
    """The one record that says who may send for a domain. Whether `server` is among them only its operator knows."""
    found = [text for text in texts if re.match(r"v=spf1(\s|$)", text, re.IGNORECASE)]
    if len(found) != 1:
        text = (
            f"{name} has {len(found)} SPF records, and receivers take one: join them"
            if found
            else f'{name} has no SPF record: publish a TXT such as "v=spf1 include:... -all", as {server} tells you'
        )
        return Finding(record="SPF", name=name, ok=False, text=text)
    if re.search(r"\s\+?all\b", found[0], re.IGNORECASE):
        return Finding(record="SPF", name=name, ok=False, text=f"{name} lets everybody send for it: {found[0]}")
    return Finding(record="SPF", name=name, ok=True, text=f"{found[0]} (does it name {server}?)")


def dkim(name: str, texts: Sequence[str], *, record: str) -> Finding:
    """A selector's public key, compared with the record that the signing key asks for."""
    public = dict(_tags(record))["p"]
    tags = [dict(_tags(text)) for text in texts if "p=" in text]
    if not tags:
        text = f'{name} has no DKIM key: publish a TXT "{record}"'
        return Finding(record="DKIM", name=name, ok=False, text=text)
    published = re.sub(r"\s", "", tags[0].get("p", ""))
    if not published:
        return Finding(record="DKIM", name=name, ok=False, text=f"{name} has withdrawn its key: publish {record}")
    if published != public:
        return Finding(record="DKIM", name=name, ok=False, text=f"{name} has another key than the one that signs")
    return Finding(record="DKIM", name=name, ok=True, text="the key that signs is published")


def dmarc(name: str, texts: Sequence[str]) -> Finding:
    """What receivers should do with mail that neither SPF nor DKIM vouches for."""
    found = [text for text in texts if re.match(r"v=DMARC1\s*(;|$)", text)]
    if not found:
        text = f'{name} has no DMARC record, which large receivers ask for: publish a TXT "v=DMARC1; p=none"'
        return Finding(record="DMARC", name=name, ok=False, text=text)
    policy = dict(_tags(found[0])).get("p")
    return Finding(record="DMARC", name=name, ok=policy is not None, text=found[0])


def _tags(text: str) -> list[tuple[str, str]]:
    """`a=b; c=d` (RFC 6376 3.2)."""
    pairs = (part.partition("=") for part in text.split(";"))
    return [(name.strip(), value.strip()) for name, sign, value in pairs if sign]
