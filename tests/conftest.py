"""What all tests share: a clean environment and a network that ends at loopback."""

import ipaddress
import os
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.length import at_length
from tests.servers.http import HttpServer

# How fast a test runs says more about the machine than about the program.
# New examples at every run, in CI too: what never changes finds nothing. `./test` prints the seed they follow from.
settings.register_profile(
    "digest", deadline=None, derandomize=False, print_blob=True, max_examples=at_length(100, 1_000)
)
settings.load_profile("digest")


#: Why a test skips that reads real documents: the only reason there may be in CI.
NO_DOCUMENTS = "no real documents: set DIGEST_CORPUS to the folder that holds them"

# A shell starts its background jobs deaf to Ctrl-C, and a child inherits that. Tests press Ctrl-C on theirs.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a test that was skipped for want of a program is a failure: what is needed there is installed there."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not os.environ.get("CI") or reporter is None or hasattr(session.config, "workerinput"):
        return
    skipped = [report for report in reporter.stats.get("skipped", ()) if NO_DOCUMENTS not in str(report.longrepr)]
    if skipped:
        reporter.write_line(f"CI must skip nothing, and {len(skipped)} tests were skipped", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(autouse=True, scope="session")
def _clean_environment() -> Iterator[None]:
    """Nothing of the developer's own configuration reaches a test."""
    keep = {"DIGEST_CORPUS", "DIGEST_TEST_POSTGRES", "DIGEST_SETUP_WITHOUT_UV"}
    removed = {
        name: os.environ.pop(name)
        for name in list(os.environ)
        if (name.startswith("DIGEST") and name not in keep)
        or name in {"STATE_DIRECTORY", "XDG_CONFIG_HOME", "XDG_STATE_HOME"}
    }
    yield
    os.environ.update(removed)


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that would reach another machine fails at once."""
    dial = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            assert ipaddress.ip_address(address[0]).is_loopback, f"a test dialled {address}"
        dial(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real documents and labelled news; a test that needs it skips with one line where there is none."""
    folder = os.environ.get("DIGEST_CORPUS")
    if not folder:
        pytest.skip(NO_DOCUMENTS)
    return Path(folder)


@pytest.fixture
async def http_server() -> AsyncIterator[HttpServer]:
    """A real HTTP server on loopback, with no pages yet."""
    async with HttpServer() as server:
        yield server
