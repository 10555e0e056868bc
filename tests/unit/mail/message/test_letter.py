"""A shared story is a plain letter to one person, who is on no list."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.errors import UsageError
from digest.mail.message.letter import SharedStory, letter
from digest.mail.message.message import Message
from digest.model import Mailbox
from tests.unit.mail.message.test_message import SENDING, WEB, assert_sound, part, read_back

STORY = SharedStory(
    title="Truce in doubt as envoys return",
    line="Both sides traded fire hours before the talks.",
    link="https://courier.example/2016/04/14/truce",
    source="The Courier",
)
BEN = Mailbox(address="ben@example.net", name="Ben")
DATE = datetime(2016, 4, 14, 9, 0, tzinfo=UTC)
HEADERS = Counter(
    ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"]
)
NASTY = st.text(st.one_of(st.characters(), st.sampled_from("\r\n\0\x0b\x85\u2028=?.<>&\"'")), max_size=120)


def sent(story: SharedStory = STORY, *, note: str = "", language: str = "en") -> Message:
    """The letter to Ben."""
    return letter(story, to=BEN, sending=WEB, date=DATE, note=note, language=language)


def test_it_tells_the_story() -> None:
    """Note, title, line, source and the link alone on its line; then who sent it."""
    assert part(sent(note="For tomorrow.\nRegards").data, "plain") == (
        "For tomorrow.\nRegards\n\n"
        "Truce in doubt as envoys return\n\n"
        "Both sides traded fire hours before the talks.\n\n"
        "The Courier\nhttps://courier.example/2016/04/14/truce\n\n"
        "-- \nSent to you by World Desk. You are on no list.\n"
    )


def test_it_belongs_to_no_list() -> None:
    """It has no list header and no unsubscribe link, not even where the web pages are."""
    data = sent().data
    assert_sound(data, HEADERS)
    assert not [name for name in read_back(data) if name.startswith("List-")]
    assert b"/u/" not in data
    assert b"unsubscribe" not in data.lower()


def test_answers_go_where_configured() -> None:
    """Reply-To is the configured one."""
    sending = replace(SENDING, reply_to=Mailbox(address="desk@example.org"))
    assert read_back(letter(STORY, to=BEN, sending=sending, date=DATE).data)["Reply-To"] == "desk@example.org"


@given(NASTY, NASTY, NASTY, NASTY)
@example("=?utf-8?q?a=0D=0ABcc:_x@y.z?=", "\r\n.\r\n", "a\r\nBcc: x", "\u2028")
@example("", "", "", "")
@example("", "", "\ud800", "")
def test_hostile_words_add_nothing(title: str, line: str, note: str, source: str) -> None:
    """Whatever title, line, note and source say, the headers are the expected ones, to the one recipient."""
    message = sent(replace(STORY, title=title, line=line, source=source), note=note)
    assert_sound(message.data, HEADERS)
    assert b"\r\n." not in message.wire
    assert [address.addr_spec for address in read_back(message.data)["To"].addresses] == ["ben@example.net"]


def test_a_letter_is_the_same_twice_and_another_is_not() -> None:
    """The Message-ID is derived from story, reader, note and moment."""
    assert sent() == sent()
    other = letter(STORY, to=BEN, sending=WEB, date=DATE.replace(minute=1))
    assert len({sent().message_id, sent(note="x").message_id, other.message_id}) == 3


def test_it_speaks_the_language() -> None:
    """The closing line is in the language asked for."""
    assert "schickt Ihnen dies" in part(sent(language="de").data, "plain")


@pytest.mark.parametrize(
    ("story", "to", "note"),
    [
        (replace(STORY, link="javascript:alert(1)"), BEN, ""),
        (STORY, Mailbox(address="x@e.org>\r\nRCPT TO:<v@e.org"), ""),
        (STORY, BEN, "x" * 2_001),
    ],
)
def test_what_cannot_be_sent_is_refused(story: SharedStory, to: Mailbox, note: str) -> None:
    """A script for a link, a hostile address or a book for a note makes no letter."""
    with pytest.raises(UsageError):
        letter(story, to=to, sending=WEB, date=DATE, note=note)
