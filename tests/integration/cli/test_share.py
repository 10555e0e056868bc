"""share: one story that the store knows, to one person, as a letter from the list."""

from email import message_from_string, policy

import pytest

from digest.storage.core.database import open_store
from digest.storage.queries import events
from tests.program import Home
from tests.servers.smtp import Session, serving

URL = "https://news.example/aleppo-talks-collapse-as-syrian-envoys-walk-out"


@pytest.fixture
async def polled(home: Home) -> Home:
    """An installation with news."""
    await home.digest("poll")
    return home


async def test_a_story_goes_to_the_outbox_as_a_letter(polled: Home) -> None:
    """Title, line, link and note, from the list; none of its headers, and nobody's way to unsubscribe."""
    ran = await polled.digest("share", f"{URL}?utm_source=x", "--to", "Eve <eve@example.net>", "--note", "For you.")
    assert ran.code == 0, ran.err
    [file] = (polled.folder / "outbox").glob("*.eml")
    mail = message_from_string(file.read_bytes().decode().replace("\r\n", "\n"), policy=policy.default)
    assert mail["To"] == "Eve <eve@example.net>"
    assert mail["Subject"] == "Aleppo talks collapse as Syrian envoys walk out"
    text = mail.get_content()
    assert "For you." in text
    assert "They left after two hours." in text
    assert URL in text
    assert "unsubscribe" not in file.read_text().lower()
    assert not [name for name in mail if name.lower().startswith("list-")]


async def test_a_letter_is_noted_before_it_leaves_and_after(polled: Home) -> None:
    """By its Message-ID and story, without an address: one that was noted once may have arrived."""
    ran = await polled.digest("share", URL, "--to", "eve@example.net", "--json")
    store = open_store(f"sqlite:///{polled.folder / 'state' / 'digest.sqlite3'}")
    try:
        found = store.read_now(lambda c: events.recent(c, kinds=["sharing", "shared"]))
    finally:
        store.close()
    assert {event.kind for event in found} == {"sharing", "shared"}
    assert {event.subject for event in found} == {ran.json["message_id"]}
    assert all(URL in event.text and "eve@" not in event.text for event in found)


async def test_dry_run_prints_the_message_and_sends_nothing(polled: Home) -> None:
    """What is printed is the message itself; the outbox stays as it was."""
    ran = await polled.digest("share", URL, "--to", "eve@example.net", "--dry-run")
    assert ran.code == 0, ran.err
    assert message_from_string(ran.out, policy=policy.default)["To"] == "eve@example.net"
    assert not (polled.folder / "outbox").exists()
    as_json = (await polled.digest("share", URL, "--to", "eve@example.net", "-n", "--json")).json
    assert (as_json["dry_run"], as_json["link"]) == (True, URL)


async def test_what_cannot_be_shared_is_told(polled: Home) -> None:
    """A story nobody told, an address that is none, somebody who wants no mail: exit code 2, nothing sent."""
    await polled.digest("subscribers", "pause", "ana@example.org", "--because", "asked for it")
    for url, to, words in (
        ("https://news.example/nothing", "eve@example.net", "no stored item"),
        (URL, "eve@@example.net", "not an e-mail address"),
        (URL, "a@b.example\nBcc: c@d.example", "line break"),
        (URL, "Ana@example.org", "asked for it"),
    ):
        ran = await polled.digest("share", url, "--to", to)
        assert (ran.code, words in ran.err) == (2, True), ran.err
    await polled.digest("subscribers", "forget", "ana@example.org")
    forgotten = await polled.digest("share", URL, "--to", "ana@example.org")
    assert (forgotten.code, "gets no mail" in forgotten.err) == (2, True)
    assert not (polled.folder / "outbox").exists()


async def test_it_leaves_through_the_mail_server_and_its_answer_decides(polled: Home) -> None:
    """Accepted is 0, refused is 1 with the server's words."""

    class Picky(Session):
        async def rcpt(self, recipient: str) -> str:
            return "250 ok" if recipient.startswith("eve") else "550 5.1.1 no such user"

    async with serving(Picky) as relay:
        polled.configure(
            "mail.toml",
            f'[mail]\nfrom = "Desk <desk@watch.example>"\nserver = "127.0.0.1"\nport = {relay.port}\n'
            'security = "none"\nrate = "50/s"\n',
        )
        ran = await polled.digest("share", URL, "--to", "eve@example.net", "--json")
        assert (ran.code, ran.json["state"]) == (0, "accepted"), ran.err
        assert relay.tally.recipients == ["eve@example.net"]
        refused = await polled.digest("share", URL, "--to", "zoe@example.net")
        assert refused.code == 1
        assert "no such user" in refused.err
