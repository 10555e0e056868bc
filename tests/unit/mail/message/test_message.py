"""A subscriber's message: whole, safe, the same at every retry, and nobody else's."""

import email
import email.policy
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from digest.errors import RenderError, UsageError
from digest.mail.message.headers import header_text, one_line
from digest.mail.message.message import Message, Sending, prepare
from digest.mail.message.placeholders import Placeholder, placeholder
from digest.mail.message.token import Purpose, bounced_subscriber, read
from digest.model import Mailbox, Recipient, Rendered
from digest.settings.core.shape import DigestSettings, MailSettings, Settings

KEY = b"k" * 32
EDITION = "3f2a9c5d7e8b1a40"
DATE = datetime(2016, 4, 14, 6, 0, tzinfo=UTC)
SENDING = Sending(
    sender=Mailbox(address="digest@news.example.org", name="World Desk"),
    list_id="digest.news.example.org",
    list_title="World Desk",
    unsubscribe="desk@news.example.org",
    key=KEY,
)
WEB = replace(SENDING, link="https://news.example.org")
ANA = Recipient(id="0123456789abcdef", mailbox=Mailbox(address="ana@example.org", name="Ana"), since=DATE)
BEN = Recipient(id="fedcba9876543210", mailbox=Mailbox(address="ben@example.net"))
TEXT = (
    f"Hello\n.\nFrom here {placeholder(Placeholder.ADDRESS)} on{placeholder(Placeholder.SINCE, 'en')}\n"
    f"{placeholder(Placeholder.UNSUBSCRIBE)}\n"
)
HTML = (
    f'<p>é {placeholder(Placeholder.ADDRESS)}</p><a href="{placeholder(Placeholder.UNSUBSCRIBE)}">u</a>'
    f'<a href="{placeholder(Placeholder.PREFERENCES)}">p</a>'
)
DIGEST = Rendered(subject="Truce in doubt", text=TEXT, html=HTML)

_ADDRESSING = ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"]
_LIST = ["List-Id", "List-Unsubscribe", "List-Post", "Auto-Submitted", "Precedence"]
HEADERS = Counter([*_ADDRESSING, *_LIST, "X-Auto-Response-Suppress", "Feedback-ID"])
WEB_HEADERS = HEADERS + Counter(["List-Unsubscribe-Post", "List-Archive", "Archived-At"])
NASTY = st.text(st.one_of(st.characters(), st.sampled_from("\r\n\0\x0b\x85\u2028=?.<>&\"'")), max_size=120)


def message(rendered: Rendered = DIGEST, *, to: Recipient = ANA, sending: Sending = SENDING) -> Message:
    """One message of an edition."""
    return prepare(rendered, edition_id=EDITION, date=DATE, sending=sending).message(to)


def read_back(data: bytes) -> EmailMessage:
    """The bytes as a receiver reads them."""
    return email.message_from_bytes(data, policy=email.policy.default)


def part(data: bytes, kind: str) -> str:
    """A part's text."""
    body = read_back(data).get_body((kind,))
    assert body is not None
    content: str = body.get_content()
    return content.replace("\r\n", "\n")


def assert_sound(data: bytes, headers: Counter[str] = HEADERS) -> None:
    """The bytes keep every rule of RFC 5322 and 2046 that a parser can check."""
    parsed = read_back(data)
    assert Counter(parsed.keys()) == headers
    assert not [defect for each in parsed.walk() for defect in each.defects]
    assert not [value.defects for value in parsed.values() if value.defects]
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert b"\r" not in data.replace(b"\r\n", b"")
    assert max(map(len, data.split(b"\r\n"))) <= 998
    assert data.isascii()
    assert data.endswith(b"\r\n")


def test_it_has_two_parts_text_first() -> None:
    """multipart/alternative, plain text before HTML, both UTF-8 in quoted-printable."""
    parsed = read_back(message().data)
    assert parsed.get_content_type() == "multipart/alternative"
    kinds = [
        (p.get_content_type(), p.get_content_charset(), p["Content-Transfer-Encoding"]) for p in parsed.iter_parts()
    ]
    assert kinds == [("text/plain", "utf-8", "quoted-printable"), ("text/html", "utf-8", "quoted-printable")]
    # Lines end where they end: the text is not flowed (RFC 3676), so no reader joins them.
    assert not any(p.get_param("format") for p in parsed.walk())


def test_a_text_subscriber_gets_text_alone() -> None:
    """`format = "text"` is text/plain, with the same headers."""
    data = message(replace(DIGEST, html=None)).data
    assert_sound(data, HEADERS + Counter(["Content-Transfer-Encoding"]))
    assert read_back(data).get_content_type() == "text/plain"
    assert "Hello\n.\nFrom here ana@example.org on (since 14 April 2016)\n" in part(data, "plain")


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(NASTY, NASTY, NASTY, NASTY)
@example("=?utf-8?q?a=0D=0ABcc:_x@y.z?= tail", "=?utf-8?q?a=0D=0ABcc:_x@y.z?=", "\r\n.\r\nMAIL FROM:<x>", "--=_")
@example("a\r\nBcc: eve@example.net\r\n\r\nbody", "a\r\nTo: eve@example.net", "\u2028", "\ue000unsubscribe\ue001")
def test_hostile_text_adds_nothing(title: str, name: str, list_title: str, body: str) -> None:
    """Whatever title, names and text say, the headers are the expected ones, once each, to one recipient."""
    body = one_line(body)
    rendered = Rendered(subject=title, text=f"{body}\n{TEXT}", html=f"{body}{HTML}")
    recipient = replace(ANA, mailbox=Mailbox(address="ana@example.org", name=name))
    sending = replace(WEB, list_title=list_title, sender=Mailbox(address="digest@news.example.org", name=name))
    data = message(rendered, to=recipient, sending=sending).data
    assert_sound(data, WEB_HEADERS)
    parsed = read_back(data)
    assert [address.addr_spec for address in parsed["To"].addresses] == ["ana@example.org"]
    assert [address.addr_spec for address in parsed["From"].addresses] == ["digest@news.example.org"]
    assert parsed["Subject"].strip() == header_text(title)
    assert part(data, "plain").startswith(f"{body}\n")


def test_a_retry_is_the_same_to_the_byte() -> None:
    """Made again, from the same rendering and Date, it is the same message; another subscriber's differs."""
    again = message()
    assert message().data == again.data
    other = message(to=BEN)
    assert other.message_id != again.message_id
    boundaries = [read_back(each.data).get_boundary() for each in (again, other)]
    assert boundaries[0] != boundaries[1]


def test_the_message_id_is_keyed() -> None:
    """It stands at the sending domain; another edition, subscriber or key gives another."""
    first = message().message_id
    assert re.fullmatch(r"<[0-9a-f]{32}@news\.example\.org>", first)
    assert read_back(message().data)["Message-ID"] == first
    other_edition = prepare(DIGEST, edition_id="0" * 16, date=DATE, sending=SENDING).message(ANA).message_id
    other_key = message(sending=replace(SENDING, key=b"o" * 32)).message_id
    assert len({first, other_edition, other_key, message(to=BEN).message_id}) == 4


def test_nobody_elses_address_is_in_it() -> None:
    """A message template used for one leaves nothing of them in the next."""
    template = prepare(DIGEST, edition_id=EDITION, date=DATE, sending=WEB)
    before = template.message(BEN).data
    ana = template.message(ANA).data
    assert template.message(BEN).data == before
    assert b"ana@" not in before
    assert b"ben@" not in ana
    assert ANA.id.encode() not in before


def test_without_web_pages_the_mailto_stands_alone() -> None:
    """List-Unsubscribe holds one mailto, and no One-Click is promised."""
    parsed = read_back(message().data)
    assert_sound(message().data)
    assert re.fullmatch(
        r"<mailto:desk@news\.example\.org\?subject=unsubscribe%20[\w-]{42}>", parsed["List-Unsubscribe"]
    )


def test_with_web_pages_https_comes_first() -> None:
    """https first, mailto second, on one raw line however long, with One-Click; the token opens that page alone."""
    link = "https://a-rather-long-name-of-a-host-for-news.example.org/" + "deep/" * 10 + "digest"
    data = message(sending=replace(WEB, link=link)).data
    assert_sound(data, WEB_HEADERS)
    (line,) = [line for line in data.split(b"\r\n") if line.startswith(b"List-Unsubscribe:")]
    found = re.fullmatch(rb"List-Unsubscribe: <(https://[!-~]+)/u/([\w-]{42})>, <(mailto:[!-~]+)>", line)
    assert found
    assert found[1].decode() == link
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in data
    token = found[2].decode()
    opened = read(token, purpose=Purpose.UNSUBSCRIBE, list_id=WEB.list_id, keys={0: KEY})
    assert opened is not None
    assert opened.subscriber == ANA.id
    assert read(token, purpose=Purpose.PREFERENCES, list_id=WEB.list_id, keys={0: KEY}) is None


def test_the_parts_lead_to_the_same_pages() -> None:
    """The footer's links are those of the header; preferences has a token of its own."""
    data = message(sending=WEB).data
    token = re.search(rb"/u/([\w-]{42})>", data)
    assert token
    unsubscribe = f"https://news.example.org/u/{token[1].decode()}"
    assert unsubscribe in part(data, "plain")
    assert f'<a href="{unsubscribe}">u</a>' in part(data, "html")
    preferences = re.search(r"https://news\.example\.org/p/([\w-]{42})", part(data, "html"))
    assert preferences
    assert read(preferences[1], purpose=Purpose.PREFERENCES, list_id=WEB.list_id, keys={0: KEY}) is not None


def test_the_list_is_named_and_machines_are_told() -> None:
    """List-Id is the configured one under its title; List-Post is NO; auto-answers are asked to stay away."""
    parsed = read_back(message(sending=replace(WEB, help="mailto:h@example.org", owner="mailto:o@example.org")).data)
    assert parsed["List-Id"] == '"World Desk" <digest.news.example.org>'
    assert parsed["List-Post"] == "NO"
    assert parsed["List-Help"] == "<mailto:h@example.org>"
    assert parsed["List-Owner"] == "<mailto:o@example.org>"
    assert parsed["List-Archive"] == "<https://news.example.org/>"
    assert parsed["Archived-At"] == f"<https://news.example.org/e/{EDITION}>"
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert parsed["Precedence"] == "list"
    assert parsed["X-Auto-Response-Suppress"] == "All"


def test_feedback_id_is_the_same_for_all() -> None:
    """Google's Feedback-ID has four fields, the last 5 to 15 characters, and is the same for two subscribers."""
    value = read_back(message().data)["Feedback-ID"]
    assert re.fullmatch(r"20160414:digest\.news\.example\.org:digest:[0-9a-f]{10}", value)
    assert read_back(message(to=BEN).data)["Feedback-ID"] == value


def test_the_envelope_is_the_senders_or_signed() -> None:
    """MAIL FROM is `from`; with a bounce address it is signed per subscriber."""
    assert message().envelope.sender == "digest@news.example.org"
    assert message().envelope.recipient == "ana@example.org"
    bounces = "bounces@news.example.org"
    sender = message(sending=replace(SENDING, bounces=bounces)).envelope.sender
    assert bounced_subscriber(sender, bounces=bounces, keys={0: KEY}) == ANA.id


def test_nothing_needs_dot_stuffing() -> None:
    """A line of a dot alone arrives whole, and the bytes for the wire are the message's own."""
    made = message()
    assert made.wire is made.data
    assert b"\r\n." not in made.data
    assert "\n.\n" in part(made.data, "plain")


@given(st.emails(domains=st.just("example.org")))
@example("a&b'c`{d}@example.org")
@example("=x=@example.org")
def test_any_address_is_shown_as_it_is(address: str) -> None:
    """The footer shows the reader's own address, whatever characters it has, as text and as HTML."""
    try:
        data = message(to=replace(ANA, mailbox=Mailbox(address=address))).data
    except UsageError:
        assert "=?" in address
        return
    assert_sound(data)
    assert f"From here {address} on" in part(data, "plain")
    assert f"<p>é {address.replace('&', '&amp;').replace(chr(39), '&#x27;')}</p>" in part(data, "html")


def test_places_are_counted() -> None:
    """Each mark becomes one place, and none is left in a message."""
    template = prepare(DIGEST, edition_id=EDITION, date=DATE, sending=WEB)
    head = ["to", "identity", "unsubscribe-token", "unsubscribe-token", "boundary"]
    text = ["boundary", "address:/text", "since:en/text", "unsubscribe-token"]
    html = ["boundary", "address:/html", "unsubscribe-token", "preferences-token", "boundary"]
    assert [name for _, name in template.holes] == head + text + html
    assert not re.search(
        "[\ue000\ue001]", part(template.message(ANA).data, "plain") + part(template.message(ANA).data, "html")
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no way out", "no way to unsubscribe"),
        (TEXT + "\ue000address", "breaks a placeholder"),
        (TEXT + "\ue000postcode\ue001", "unknown placeholder: postcode"),
    ],
)
def test_a_template_must_keep_its_marks(text: str, words: str) -> None:
    """A template that breaks a placeholder, or has no way to unsubscribe, is told so."""
    with pytest.raises(RenderError, match=words):
        message(replace(DIGEST, text=text))


def test_a_hostile_address_is_refused() -> None:
    """An address with a line break makes no message at all."""
    with pytest.raises(UsageError, match="cannot stand in a message"):
        message(to=replace(ANA, mailbox=Mailbox(address="x@e.org>\r\nRCPT TO:<v@example.org")))


def test_sending_has_the_stated_defaults() -> None:
    """Without settings: list id and unsubscribe address come from `from`; a link counts only with pages and https."""
    plain = Sending.of(Settings(), key=KEY)
    assert (plain.list_id, plain.unsubscribe) == ("digest.digest.example", "digest@digest.example")
    mail = MailSettings(
        sender=Mailbox(address="d@localhost"), server="localhost", reply_to=Mailbox(address="r@example.org")
    )
    local = Sending.of(Settings(mail=mail, digest=DigestSettings(link="https://n.example/")), key=KEY)
    assert (local.list_id, local.unsubscribe, local.link) == ("digest.localhost.invalid", "r@example.org", "")
    helped = replace(mail, help="https://n.example/help", owner="ed+1@example.org")
    told = Sending.of(Settings(mail=helped), key=KEY)
    assert (told.help, told.owner) == ("https://n.example/help", "mailto:ed+1@example.org")
    assert Sending.of(Settings(mail=replace(mail, help="h@example.org")), key=KEY).help == "mailto:h@example.org"
    assert (local.help, local.owner) == ("", "")
    served = Settings(digest=DigestSettings(link="https://n.example/"))
    assert Sending.of(served, key=KEY, web=True).link == "https://n.example"
    assert Sending.of(Settings(digest=DigestSettings(link="http://n.example/")), key=KEY, web=True).link == ""


def test_the_key_is_not_printed() -> None:
    """A Sending in a log or a traceback does not show its key."""
    assert "kkkk" not in repr(SENDING)
