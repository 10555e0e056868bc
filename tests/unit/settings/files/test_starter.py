"""What `init` writes: the shipped example with a user's answers, which must load as they were given."""

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from digest.model import Mailbox, Secret
from digest.settings.core.shape import Security, Settings
from digest.settings.files.folders import shipped_folder
from digest.settings.files.load import load
from digest.settings.files.starter import Answers, starter

SHIPPED = {file.name: file.read_text() for file in shipped_folder("config").glob("*.toml")}
NAMES = (
    st.text(st.characters(exclude_categories=("C", "Z")) | st.just(" "), min_size=1, max_size=40)
    # Text that comes in is normalised (UAX 15), so that a name is one name however it was typed.
    .map(lambda text: unicodedata.normalize("NFC", text).strip())
    .filter(bool)
)


def loaded(folder: Path, answers: Answers) -> Settings:
    """The settings that a starter's files say."""
    for name, text in starter(answers, SHIPPED).items():
        (folder / name).write_text(text)
    return load(folder, {})


def test_without_answers_the_example_is_written_as_it_is() -> None:
    """`init --yes` writes the shipped files, byte for byte."""
    assert starter(Answers(), SHIPPED) == SHIPPED


def test_answers_take_the_place_of_the_examples_values(tmp_path: Path) -> None:
    """Title, schedule, zone, language, the first subscriber and the mail server are the user's own."""
    answers = Answers(
        title='The "Watch"',
        subscriber=Mailbox(name="Zoë", address="zoe@news.example.org"),
        send="weekdays 06:30",
        timezone="Asia/Beirut",
        language="fr",
        server="smtp.news.example.org",
        port=465,
        user="zoe",
    )
    settings = loaded(tmp_path, answers)
    assert settings.digest.title == 'The "Watch"'
    (subscriber,) = settings.subscribers
    assert subscriber.mailbox == answers.subscriber
    assert (subscriber.send, subscriber.timezone, subscriber.language) == ("weekdays 06:30", "Asia/Beirut", "fr")
    assert subscriber.topics == ("syria", "iran", "sanctions")
    assert settings.mail is not None
    assert settings.mail.sender == answers.subscriber
    assert (settings.mail.server, settings.mail.port, settings.mail.security) == (answers.server, 465, Security.TLS)
    assert (settings.mail.user, settings.mail.password) == ("zoe", Secret(env="SMTP_PASSWORD"))


@pytest.mark.parametrize(("port", "security"), [(25, Security.NONE), (465, Security.TLS), (587, Security.STARTTLS)])
def test_a_server_without_a_login_gets_none(tmp_path: Path, port: int, security: Security) -> None:
    """A relay that asks for no login is written without one, protected as its port says."""
    mail = loaded(tmp_path, Answers(server="relay.example.org", port=port)).mail
    assert mail is not None
    assert (mail.user, mail.password, mail.port, mail.security) == (None, None, port, security)


def test_comments_stay_and_stand_in_one_column() -> None:
    """Whatever the answers' lengths, the file keeps its explanations, and those behind values begin in one column."""
    answers = Answers(title="A much longer name", timezone="UTC", server="smtp.example.org", user="zoe")
    text = starter(answers, SHIPPED)["digest.toml"]
    explanations = re.findall("# .*", SHIPPED["digest.toml"])
    assert re.findall("# .*", text) == explanations
    behind = [line for line in text.splitlines() if " = " in line and " # " in line]
    assert len(behind) > 10
    assert {line.index(" # ") for line in behind} == {39}


@given(title=NAMES, name=NAMES)
@example(title='"\\"', name='Zoë "the \\ boss" <x>')
@example(title="# no comment", name="Desk, Beirut")
@example(title="'''", name="<a@b.example>")
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_title_and_name_come_back_as_they_were(tmp_path: Path, title: str, name: str) -> None:
    """No character of an answer can break the file or change its meaning."""
    mailbox = Mailbox(name=" ".join(name.split()), address="zoe@news.example.org")
    settings = loaded(tmp_path, Answers(title=title, subscriber=mailbox, server="smtp.example.org"))
    assert settings.mail is not None
    assert (settings.mail.sender, settings.subscribers[0].mailbox) == (mailbox, mailbox)
