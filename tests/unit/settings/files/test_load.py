"""A folder of TOML becomes Settings: what the files say, defaults, the environment over them, and where to look."""

from datetime import timedelta
from pathlib import Path

import pytest

from digest.errors import ConfigError, UsageError
from digest.model import Feed, FeedAuth, Format, Mailbox, Quiet, Secret, Subscriber
from digest.settings.core.shape import DigestSettings, DkimSettings, Security, Settings, Via
from digest.settings.files.folders import shipped_folder
from digest.settings.files.load import find_config, load

LEAST = """
[feeds]
bbc = "https://feeds.bbci.co.uk/news/rss.xml"
[topics.syria]
any = ["Syria"]
[topics.iran]
any = ["Iran"]
"""


def read(folder: Path, text: str, environ: dict[str, str] | None = None) -> Settings:
    """The settings that a text says beside the least that a configuration needs."""
    (folder / "least.toml").write_text(LEAST)
    (folder / "more.toml").write_text(text)
    return load(folder, environ or {})


def test_the_shipped_example_is_right() -> None:
    """The example that ships loads without a problem, holds three topics and three subscribers, and mails nobody."""
    settings = load(shipped_folder("config"), {})
    assert [topic.id for topic in settings.topics] == ["syria", "iran", "sanctions"]
    assert len(settings.subscribers) == 3
    assert len(settings.feeds) >= 12
    assert all(feed.url.startswith("https://") for feed in settings.feeds)
    assert settings.mail is None
    assert settings.subscribers[1].topics == ("syria", "iran", "sanctions")


def test_one_file_is_a_configuration_too(tmp_path: Path) -> None:
    """Any table may stand in any file, so one file can hold all."""
    file = tmp_path / "all.toml"
    file.write_text(LEAST)
    assert [feed.id for feed in load(file, {}).feeds] == ["bbc"]


def test_tables_of_several_files_are_joined_in_the_order_of_the_names(tmp_path: Path) -> None:
    """Feeds and topics may be spread over files; `*` has the order in which files and topics stand."""
    (tmp_path / "b.toml").write_text('[topics.a]\nany = ["A1"]\n[subscribers]\n"ana@example.org" = {}\n')
    (tmp_path / "a.toml").write_text(LEAST)
    (tmp_path / ".#a.toml").write_text("an editor's lock file")
    (tmp_path / "notes.txt").write_text("not read")
    settings = load(tmp_path, {})
    assert [topic.id for topic in settings.topics] == ["syria", "iran", "a"]
    assert settings.subscribers[0].topics == ("syria", "iran", "a")


def test_windows_line_ends_and_byte_order_marks_are_read(tmp_path: Path) -> None:
    """A file saved by Notepad is read like any other, and mistakes in it have the same places."""
    file = tmp_path / "all.toml"
    file.write_bytes(b"\xef\xbb\xbf" + LEAST.replace("\n", "\r\n").encode() + b'[digest]\r\ntitle = ""\r\n')
    with pytest.raises(ConfigError) as caught:
        load(file, {})
    assert [(problem.line, problem.column) for problem in caught.value.problems] == [(9, 9)]


def test_a_subscriber_who_says_nothing_gets_the_defaults(tmp_path: Path) -> None:
    """`[defaults]` fills in what a subscriber leaves out, and what nobody says has a default of its own."""
    text = """
    [defaults]
    send = "weekdays 06:30"
    timezone = "Asia/Beirut"
    topics = ["iran"]
    max_items = 7
    [subscribers]
    "ana@example.org" = { name = " Ana  María " }
    [subscribers."Bo@Example.ORG"]
    topics = ["*"]
    send = "now"
    format = "text"
    quiet = "note"
    timezone = "UTC"
    language = "FR"
    """
    ana, bo = read(tmp_path, text).subscribers
    assert ana == Subscriber(
        mailbox=Mailbox(address="ana@example.org", name="Ana  María"),
        topics=("iran",),
        send="weekdays 06:30",
        timezone="Asia/Beirut",
        max_items=7,
    )
    assert bo == Subscriber(
        mailbox=Mailbox(address="Bo@example.org"),
        topics=("syria", "iran"),
        send="now",
        timezone="UTC",
        language="fr",
        format=Format.TEXT,
        max_items=7,
        quiet=Quiet.NOTE,
    )


def test_without_defaults_everybody_gets_everything_at_seven(tmp_path: Path) -> None:
    """An address alone is enough: all topics, daily at 07:00 UTC, as HTML."""
    (subscriber,) = read(tmp_path, '[subscribers]\n"ana@example.org" = {}\n').subscribers
    assert (subscriber.topics, subscriber.send, subscriber.timezone) == (("syria", "iran"), "daily 07:00", "UTC")


def test_a_topic_named_twice_stands_once(tmp_path: Path) -> None:
    """`*` after a topic adds the others: an order can be given by naming the first ones."""
    (subscriber,) = read(tmp_path, '[subscribers]\n"ana@example.org" = { topics = ["iran", "*"] }\n').subscribers
    assert subscriber.topics == ("iran", "syria")


def test_feeds_say_all_that_they_can(tmp_path: Path) -> None:
    """An address alone, a table, a private host, a login: each becomes a Feed."""
    text = """
    [feeds.a]
    url = " https://news.example.org/rss?a=1&b=%20 "
    name = "A"
    topics = ["syria"]
    poll = "1h30m"
    paused = true
    folder = "News"
    auth = { user = "ana", password = { file = "/run/secrets/a" } }
    [feeds]
    b = { url = "http://10.0.0.5/feed.xml", private = true, poll = "5s", auth = { bearer = { env = "B" } } }
    """
    _, first, second = read(tmp_path, text).feeds
    assert first == Feed(
        id="a",
        url="https://news.example.org/rss?a=1&b=%20",
        name="A",
        topics=("syria",),
        poll=timedelta(minutes=90),
        paused=True,
        folder="News",
        auth=FeedAuth(user="ana", password=Secret(file="/run/secrets/a")),
    )
    assert second == Feed(
        id="b",
        url="http://10.0.0.5/feed.xml",
        private=True,
        poll=timedelta(seconds=5),
        auth=FeedAuth(bearer=Secret(env="B")),
    )


def test_the_relay_is_read_whole(tmp_path: Path) -> None:
    """Every key of `[mail]` arrives, secrets as the places where they are."""
    text = """
    [mail]
    from = "Watch desk <digest@news.example.org>"
    reply_to = "desk@news.example.org"
    server = "smtp.example.org"
    port = 2525
    security = "TLS"
    user = "digest"
    password = { command = ["pass", "smtp"] }
    rate = "600/min"
    domain_rates = { "gmail.com" = "2/s" }
    dkim = { selector = "s1", key = { file = "/run/secrets/dkim.pem" } }
    unsubscribe = "off@news.example.org"
    bounces = "bounces@news.example.org"
    list_id = "digest.news.example.org"
    retry = ["10m", "1h"]
    give_up = "2d"
    lanes = 3
    """
    mail = read(tmp_path, text).mail
    assert mail is not None
    assert mail.sender == Mailbox(name="Watch desk", address="digest@news.example.org")
    assert (mail.server, mail.port, mail.security) == ("smtp.example.org", 2525, Security.TLS)
    assert mail.password == Secret(command=("pass", "smtp"))
    assert (mail.rate, mail.domain_rates) == (10.0, (("gmail.com", 2.0),))
    assert mail.dkim == DkimSettings(selector="s1", key=Secret(file="/run/secrets/dkim.pem"))
    assert (mail.unsubscribe, mail.bounces) == ("off@news.example.org", "bounces@news.example.org")
    assert (mail.retry, mail.give_up, mail.lanes) == (
        (timedelta(minutes=10), timedelta(hours=1)),
        timedelta(days=2),
        3,
    )


@pytest.mark.parametrize(
    ("said", "port", "security"),
    [
        ("", 587, Security.STARTTLS),
        ("port = 465", 465, Security.TLS),
        ("port = 2525", 2525, Security.STARTTLS),
        ('security = "tls"', 465, Security.TLS),
        ('security = "none"', 25, Security.NONE),
        ('security = "starttls"\nport = 25', 25, Security.STARTTLS),
    ],
)
def test_port_and_security_follow_from_each_other(tmp_path: Path, said: str, port: int, security: Security) -> None:
    """Whoever says one of the two gets the usual other; whoever says nothing never sends in clear."""
    mail = read(tmp_path, f'[mail]\nfrom = "a@example.org"\nserver = "smtp.example.org"\n{said}\n').mail
    assert mail is not None
    assert (mail.port, mail.security) == (port, security)


def test_a_local_sendmail_needs_no_server(tmp_path: Path) -> None:
    """A sendmail command takes the place of a server."""
    mail = read(tmp_path, '[mail]\nfrom = "a@example.org"\nsendmail = ["/usr/sbin/sendmail", "-i"]\n').mail
    assert mail is not None
    assert (mail.server, mail.via) == ("", Via("sendmail", ("/usr/sbin/sendmail", "-i")))


LOCAL = ("me@localhost", "root@nas.local", "me@host.home.arpa", "Me@LOCALHOST")


@pytest.mark.parametrize(
    "mail",
    [
        "",
        '[mail]\nfrom = "digest@localhost"\nsendmail = ["/usr/sbin/sendmail"]\n',
        '[mail]\nfrom = "digest@news.example"\nserver = "localhost"\nsecurity = "none"\n',
        '[mail]\nfrom = "digest@news.example"\nserver = "192.168.1.2"\nsecurity = "none"\n',
        '[mail]\nfrom = "digest@news.example"\nserver = "nas.local"\nsecurity = "none"\n',
    ],
)
@pytest.mark.parametrize("address", LOCAL)
def test_names_of_this_network_are_addresses_to_a_relay_in_it(tmp_path: Path, mail: str, address: str) -> None:
    """Also to the outbox, which sends nothing."""
    found = read(tmp_path, f'{mail}[subscribers]\n"{address}" = {{}}\n')
    assert found.subscribers[0].mailbox.address == address


@pytest.mark.parametrize("address", LOCAL)
def test_names_of_this_network_mean_nothing_to_a_server_elsewhere(tmp_path: Path, address: str) -> None:
    """Told with their line, and what to do."""
    mail = '[mail]\nfrom = "digest@news.example"\nserver = "smtp.example.org"\n'
    with pytest.raises(ConfigError, match=r":\d+:1: .*is known on its own machine.*sendmail") as caught:
        read(tmp_path, f'{mail}[subscribers]\n"{address}" = {{}}\n')
    assert address in str(caught.value)


@pytest.mark.parametrize("address", ["a b@localhost", "@localhost", "me@local host", "me@host.arpa", "me@x.test"])
def test_what_is_no_address_is_none_here_either(tmp_path: Path, address: str) -> None:
    """A local domain excuses nothing else."""
    with pytest.raises(ConfigError, match="not an e-mail address"):
        read(tmp_path, f'[subscribers]\n"{address}" = {{}}\n')


@pytest.mark.parametrize("server", ["[::1]", "::1"])
def test_an_ipv6_server_is_read_with_or_without_brackets(tmp_path: Path, server: str) -> None:
    """Either way it is the address that can be reached."""
    found = read(tmp_path, f'[mail]\nfrom = "digest@news.example"\nserver = "{server}"\nhelo = "[IPv6:2001:db8::1]"\n')
    assert found.mail is not None
    assert (found.mail.server, found.mail.helo) == ("::1", "[IPv6:2001:db8::1]")


def test_the_outbox_stands_beside_the_configuration(tmp_path: Path) -> None:
    """A relative outbox means the same folder wherever the program is started; an absolute one is left alone."""
    assert read(tmp_path, '[digest]\noutbox = "mails"\n').digest.outbox == tmp_path / "mails"
    assert read(tmp_path, '[digest]\noutbox = "/var/spool/x"\n').digest.outbox == Path("/var/spool/x")
    assert read(tmp_path, "").digest == DigestSettings()


def test_bounds_of_polling_make_room_for_the_interval(tmp_path: Path) -> None:
    """An interval outside of the usual bounds widens them."""
    digest = read(tmp_path, '[digest]\npoll = "2m"\n').digest
    assert (digest.poll_min, digest.poll, digest.poll_max) == (
        timedelta(minutes=2),
        timedelta(minutes=2),
        timedelta(hours=24),
    )


def test_the_environment_goes_over_the_files(tmp_path: Path) -> None:
    """`DIGEST__TABLE__KEY` sets text, numbers, durations, lists, inner tables; the rest stays as the files say."""
    text = '[mail]\nfrom = "a@example.org"\nserver = "smtp.example.org"\n'
    environ = {
        "DIGEST__DIGEST__TITLE": "2026",
        "DIGEST__RETENTION__ITEMS": "30d",
        "DIGEST__DIGEST__POLL": "30m",
        "DIGEST__DIGEST__STORE": "postgresql://digest:hunter2@db.example.org/digest",
        "DIGEST__DEFAULTS__TOPICS": "iran, syria",
        "DIGEST__MAIL__SERVER": "localhost",
        "DIGEST__MAIL__USER": "digest",
        "DIGEST__MAIL__PASSWORD": "hunter2",
        "DIGEST__MAIL__DKIM__SELECTOR": "s2",
        "DIGEST__MAIL__DKIM__KEY__FILE": "/run/secrets/dkim.pem",
        "DIGEST_CONFIG": "elsewhere",
    }
    settings = read(tmp_path, text + '[subscribers]\n"ana@example.org" = {}\n', environ)
    assert (settings.digest.title, settings.retention.items) == ("2026", timedelta(days=30))
    assert settings.digest.poll == timedelta(minutes=30)
    assert settings.digest.store == "postgresql://digest:hunter2@db.example.org/digest"
    assert settings.subscribers[0].topics == ("iran", "syria")
    assert settings.mail is not None
    assert (settings.mail.server, settings.mail.user) == ("localhost", "digest")
    assert settings.mail.password == Secret(env="DIGEST__MAIL__PASSWORD")
    assert settings.mail.dkim == DkimSettings(selector="s2", key=Secret(file="/run/secrets/dkim.pem"))


def test_terms_know_the_line_that_they_stand_in(tmp_path: Path) -> None:
    """Each term of a topic names its file and line, so that a match can be traced to it."""
    (tmp_path / "topics.toml").write_text(
        '[topics.x]\nany = [\n  "One",\n  "Two",\n]\nspellings = [["Soleimani",\n"Suleimani"]]\n'
    )
    settings = read(tmp_path, "")
    (topic,) = [topic for topic in settings.topics if topic.id == "x"]
    assert [term.where for term in topic.terms] == [f"topics.toml:{line}" for line in (3, 4, 6, 7)]


def test_the_configuration_is_found_where_it_is_named(tmp_path: Path) -> None:
    """The command line goes before DIGEST_CONFIG, and both before the usual places."""
    for name in ("named", "other", "config"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "digest.toml").write_text(LEAST)
    environ = {"DIGEST_CONFIG": "other", "HOME": str(tmp_path)}
    assert find_config("named", environ, tmp_path) == Path("named")
    assert find_config(None, environ, tmp_path) == Path("other")
    assert find_config(None, {"HOME": str(tmp_path)}, tmp_path) == Path("config")


def test_the_configuration_is_found_in_the_users_home(tmp_path: Path) -> None:
    """Without ./config, `$XDG_CONFIG_HOME/digest` is used, else `~/.config/digest`."""
    for folder in (tmp_path / "xdg" / "digest", tmp_path / ".config" / "digest"):
        folder.mkdir(parents=True)
        (folder / "digest.toml").write_text(LEAST)
    here = tmp_path / "here"
    here.mkdir()
    xdg = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "xdg")}
    assert find_config(None, xdg, here) == tmp_path / "xdg" / "digest"
    assert find_config(None, {"HOME": str(tmp_path)}, here) == tmp_path / ".config" / "digest"


def test_a_configuration_that_is_nowhere_is_told_with_the_way_out(tmp_path: Path) -> None:
    """The error names the places that were looked at, and the verbs that help."""
    with pytest.raises(UsageError) as caught:
        find_config("nowhere", {}, tmp_path)
    assert str(caught.value) == "there is no configuration at nowhere: `digest init nowhere` writes one"
    with pytest.raises(UsageError) as caught:
        find_config(None, {"HOME": str(tmp_path)}, tmp_path)
    assert str(caught.value) == (
        f"there is no configuration in {tmp_path}/config, {tmp_path}/.config/digest, /etc/digest: "
        "`digest init` writes one, and `digest demo` needs none"
    )


def test_a_stray_at_in_the_login_of_a_stores_address_is_refused_and_not_shown(tmp_path: Path) -> None:
    """An "@" in a password would end it early, and show the rest of it as the host."""
    environ = {"DIGEST__DIGEST__STORE": "postgresql://digest:hunter2@x@db.example.org/digest"}
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, "", environ)
    assert "write it as %40" in str(caught.value)
    assert "hunter2" not in str(caught.value)
