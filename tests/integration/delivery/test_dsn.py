"""Delivery status notifications (RFC 3461) are asked for where the server offers them."""

import re
from contextlib import closing
from pathlib import Path

from tests.mailing import mailing
from tests.servers.smtp import Session, serving


class Notifying(Session):
    """A server that offers DSN."""

    offers = (*Session.offers, "DSN")


async def test_a_server_with_dsn_is_asked_to_report_failures(tmp_path: Path) -> None:
    """Each MAIL names its own delivery (ENVID) and wants headers back alone; each RCPT wants to hear of failures."""
    with closing(mailing(tmp_path)) as made:
        async with serving(Notifying) as server:
            assert (await made.send(server.port)).accepted == 3
        mails = [line for line in server.tally.lines if line.startswith("MAIL")]
        rcpts = [line for line in server.tally.lines if line.startswith("RCPT")]
    named = [found[1] for line in mails if (found := re.search(r" RET=HDRS ENVID=([!-~]{1,100})( |$)", line))]
    assert len(named) == len(set(named)) == 3
    assert len(rcpts) == 3
    assert all(line.endswith("> NOTIFY=FAILURE") for line in rcpts)


async def test_a_server_without_dsn_is_asked_for_nothing(tmp_path: Path) -> None:
    """No parameter that was not offered is sent."""
    with closing(mailing(tmp_path)) as made:
        async with serving(Session) as server:
            assert (await made.send(server.port)).accepted == 3
        assert not re.search("ENVID|RET=|NOTIFY", " ".join(server.tally.lines))
