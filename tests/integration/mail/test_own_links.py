"""A link does what it says, and none leads to a page that nobody serves."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.app import polling, sending
from digest.mail.message.list_identity import Sending
from digest.mail.message.message import prepare
from digest.mail.render.jinja import JinjaRenderer
from digest.mail.render.labels import Labels
from digest.mail.render.phrases import PHRASES
from digest.model import Edition, Format, Mailbox, Recipient
from digest.settings.core.shape import DigestSettings, MailSettings, Settings, ThemeSettings
from tests import editions
from tests.installation import Told, installed, mails, rss, subscriber
from tests.installation import settings as installation
from tests.servers.http import HttpServer

HOST = "pages.our.example"
ANA = Recipient(id="0" * 16, mailbox=Mailbox(address="ana@x.example"), since=datetime(2016, 1, 1, tzinfo=UTC))
MAKERS = (editions.day, editions.arabic, editions.quiet, editions.hostile, editions.large)


class Anchors(HTMLParser):
    """The links of a page, each with its words, and the places that a fragment may name."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self.ids: set[str] = set()
        self._href: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a link's address or a place."""
        found = dict(attrs)
        self.ids.update(filter(None, [found.get("id")]))
        if tag == "a" and "href" in found:
            self._href = found["href"] or ""
            self.links.append((self._href, ""))

    def handle_data(self, data: str) -> None:
        """Note a link's words."""
        if self._href is not None:
            href, words = self.links[-1]
            self.links[-1] = (href, words + data)

    def handle_endtag(self, tag: str) -> None:
        """The link's words end."""
        self._href = None if tag == "a" else self._href


def mailed(edition: Edition, configured: Settings) -> EmailMessage:
    """An edition as the program mails it under a configuration."""
    rendered = JinjaRenderer(configured.theme).render(edition)
    sending = Sending.of(configured, key=b"k" * 32)
    template = prepare(rendered, edition_id="3f2a9c5d7e8b1a40", date=datetime(2016, 4, 14, tzinfo=UTC), sending=sending)
    return message_from_bytes(template.message(ANA).data, policy=policy.default)


def everything(mail: EmailMessage) -> str:
    """All that a reader can come across: fields and parts, with what is percent-encoded in the clear."""
    parts = [part.get_content() for part in mail.walk() if not part.is_multipart()]
    return unquote("\n".join([*(f"{name}: {value}" for name, value in mail.items()), *parts]))


@given(
    make=st.sampled_from(MAKERS),
    link=st.sampled_from([f"https://{HOST}", f"https://{HOST}/news/", f"http://{HOST}", ""]),
    language=st.sampled_from([*PHRASES, "sv"]),
    form=st.sampled_from(Format),
    reply_to=st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_no_link_of_ours_leads_nowhere(
    make: Callable[[], Edition], link: str, language: str, form: Format, reply_to: bool
) -> None:
    """Whatever is configured, no field and no part of a message names an address of ours that nobody serves."""
    desk = Mailbox(address="desk@x.example") if reply_to else None
    configured = Settings(
        digest=DigestSettings(title="W", link=link),
        mail=MailSettings(sender=Mailbox(address="d@x.example"), server="x", reply_to=desk),
        theme=ThemeSettings(),
    )
    said = everything(mailed(replace(make(), link=link, language=language, format=form), configured))
    assert HOST not in said
    words = Labels(language)
    assert not re.search(rf"^{re.escape(words.say('preferences'))}:?$", said, re.MULTILINE)
    assert words.say("read_on_web") not in said


@pytest.mark.parametrize("make", MAKERS)
def test_a_link_does_what_it_says(make: Callable[[], Edition]) -> None:
    """Of the links in a digest each fragment is a place in it, and only "Unsubscribe" unsubscribes."""
    configured = Settings(
        digest=DigestSettings(title="W", link=f"https://{HOST}"),
        mail=MailSettings(sender=Mailbox(address="d@x.example"), server="x"),
    )
    edition = replace(make(), link=f"https://{HOST}")
    body = mailed(edition, configured).get_body(("html",))
    assert body is not None
    page = Anchors(body.get_content())
    assert {href[1:] for href, _ in page.links if href.startswith("#")} <= page.ids
    unsubscribing = [words for href, words in page.links if "unsubscribe" in href]
    assert unsubscribing == [Labels(edition.language).say("unsubscribe")]
    assert not [href for href, _ in page.links if HOST in href]


async def test_the_program_mails_no_such_link(tmp_path: Path) -> None:
    """A digest sent by the program with `[digest] link` set names that address nowhere."""
    async with HttpServer() as feeds:
        feeds.document("/a.xml", rss("Wire", [Told(title="Aleppo bakers strike", summary="Forty ovens are closed.")]))
        chosen = installation(feeds, {"a": "/a.xml"}, subscriber("ana@example.org"))
        linked = replace(chosen, digest=replace(chosen.digest, link=f"https://{HOST}"))
        async with installed(linked, tmp_path) as (app, _):
            await polling.poll(app, manual=True)
            assert (await sending.send(app)).delivered.accepted == 1
    (mail,) = mails(tmp_path)
    assert "Aleppo bakers strike" in everything(mail)
    assert HOST not in everything(mail)
