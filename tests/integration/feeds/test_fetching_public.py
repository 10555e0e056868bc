"""Fetching at public addresses, on a network of the test's own."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ALONE = ["unshare", "--user", "--map-root-user", "--net"]
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def cable() -> dict[str, Any]:
    """What fetches on a cable with public addresses came to."""
    tools = all(shutil.which(tool) for tool in ("unshare", "ip"))
    if (
        not tools
        or subprocess.run([*ALONE, "ip", "link", "add", "near", "type", "veth"], capture_output=True).returncode
    ):
        pytest.skip("no networks of one's own here: that takes unshare, ip, and a system that lets users have them")
    run = subprocess.run(
        [*ALONE, sys.executable, "-m", "tests.servers.cable"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 0, run.stderr
    told: dict[str, Any] = json.loads(run.stdout)
    return told


def test_this_machines_public_addresses_are_its_own(cable: dict[str, Any]) -> None:
    """This machine's public addresses are refused like private ones, along a redirect too; others are not."""
    own = {"own", "own second", "own mapped", "far to own", "far to own second"}
    assert {name for name, outcome in cable["found"].items() if outcome == "refused"} == own


def test_the_operator_may_say_that_it_is_meant(cable: dict[str, Any]) -> None:
    """`private = true` opens this machine's public address too; nothing else reached it."""
    assert cable["found"]["own, private"] == "read"
    assert cable["own"] == 1


def test_a_login_stays_at_its_port(cable: dict[str, Any]) -> None:
    """A redirect to another port of the same host is followed without the login."""
    assert cable["found"]["login to another port"] == "read"
    assert [login for login in cable["logins"] if login] == ["Bearer geheim"] * 3
    assert cable["logins"][-1] == ""
