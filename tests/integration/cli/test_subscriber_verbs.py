"""subscribers show, add, pause, resubscribe, forget: the operator's word, in store and configuration."""

from pathlib import Path

from tests.program import Home


async def test_pause_shows_and_only_resubscribe_undoes_it(home: Home) -> None:
    """A paused subscriber gets nothing, is shown with the reason, and gets mail again with another reason."""
    assert (await home.digest("subscribers", "pause", "Ana@Example.org", "--because", "on leave")).code == 0
    shown = (await home.digest("subscribers", "show", "ana@example.org", "--json")).json
    assert (shown["suppressed"], shown["why"]) == ("paused", "on leave")
    await home.digest("poll")
    sent = (await home.digest("send", "--json")).json
    assert sent["accepted"] == 1  # ben alone
    assert (await home.digest("subscribers", "resubscribe", "ana@example.org")).code == 2
    done = await home.digest("subscribers", "resubscribe", "ana@example.org", "--because", "back")
    assert "gets mail again" in done.out
    assert (await home.digest("send", "--json")).json["accepted"] == 1
    told = await home.digest("subscribers", "show", "ana@example.org")
    assert "resubscribed: back" in told.out
    assert "accepted: " in told.out


async def test_unsubscribe_is_the_readers_own_no_and_resubscribe_undoes_it(home: Home) -> None:
    """Who tells the operator gets no more mail, whatever paused them before; `show` and `log` tell the reason."""
    await home.digest("subscribers", "pause", "ana@example.org", "--because", "on leave")
    ran = await home.digest("subscribers", "unsubscribe", "Ana@Example.org", "--because", "wrote to the desk")
    assert (ran.code, "is unsubscribed" in ran.out) == (0, True), ran
    again = await home.digest("subscribers", "unsubscribe", "ana@example.org")
    assert (again.code, "already" in again.out) == (0, True), again
    shown = (await home.digest("subscribers", "show", "ana@example.org", "--json")).json
    assert (shown["suppressed"], shown["why"]) == ("unsubscribed", "wrote to the desk")
    logged = (await home.digest("log", "--to", "ana@example.org", "--json")).json
    assert [(one["state"], one["reply"]) for one in logged] == [
        ("unsubscribed", "wrote to the desk"),
        ("paused", "on leave"),
    ]
    assert "wrote to the desk" in (await home.digest("log")).out
    assert (await home.digest("log", "--to", "ben@example.org", "--json")).json == []
    await home.digest("poll")
    assert (await home.digest("send", "--json")).json["accepted"] == 1  # ben alone
    await home.digest("subscribers", "resubscribe", "ana@example.org", "--because", "changed their mind")
    assert (await home.digest("send", "--json")).json["accepted"] == 1


async def test_add_writes_a_line_and_says_when_the_first_digest_comes(home: Home) -> None:
    """What is said stands in subscribers.toml; a mistake changes nothing."""
    before = home.read("subscribers.toml")
    ran = await home.digest("subscribers", "add", "eve@example.org", "--name", "Eve", "--topic", "iran")
    assert ran.code == 0, ran.err
    assert home.read("subscribers.toml") == before + '"eve@example.org" = { name = "Eve", topics = ["iran"] }\n'
    assert "first digest" in ran.err
    wrong = await home.digest("subscribers", "add", "zed@@example.org", "--send", "dayly 7")
    assert wrong.code == 2
    assert "daily" in wrong.err
    assert "zed" not in home.read("subscribers.toml")
    assert (await home.digest("subscribers", "add", "eve@example.org")).code == 2


def _holding(folder: Path, address: bytes) -> list[str]:
    return [str(path) for path in folder.rglob("*") if path.is_file() and address in path.read_bytes().lower()]


async def test_forget_erases_a_person_and_keeps_mail_from_them(home: Home) -> None:
    """The address is in no file of state or configuration; listed again, it still gets no mail."""
    await home.digest("poll")
    await home.digest("send")
    assert _holding(home.folder / "state", b"ana@example.org")
    ran = await home.digest("subscribers", "forget", "ana@example.org")
    assert ran.code == 0, ran.err
    assert "subscribers.toml" in ran.err
    assert not _holding(home.folder / "config", b"ana@example.org")
    assert not _holding(home.folder / "state", b"ana@example.org")
    assert (await home.digest("subscribers", "show", "ana@example.org")).code == 2
    back = await home.digest("subscribers", "add", "ana@example.org")
    assert "gets no mail" in back.err
    assert (await home.digest("send", "--again", "--to", "ana@example.org", "--json")).json["accepted"] == 0


async def test_a_stranger_is_named(home: Home) -> None:
    """Nobody of that address: exit code 2, the address named."""
    for verb in (["show"], ["pause"], ["unsubscribe"], ["resubscribe", "--because", "x"], ["forget"]):
        ran = await home.digest("subscribers", *verb, "eve@example.org")
        assert (ran.code, "eve@example.org" in ran.err) == (2, True), verb


async def test_nobody_is_added_twice(home: Home) -> None:
    """Who is listed, in whatever letters, is told to be; the file stays as it was."""
    before = home.read("subscribers.toml")
    ran = await home.digest("subscribers", "add", "ANA@example.org")
    assert (ran.code, "already" in ran.err, "yourself" in ran.err) == (2, True, False), ran
    assert home.read("subscribers.toml") == before
