"""The program as its user meets it: a child process in a folder of its own, with its exit code and what it printed."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.installation import Told, rss
from tests.servers.http import HttpServer

#: How long a child may take: far more than it needs, so that only a hang trips it.
PATIENCE_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a run of the program came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The last line of stdout, as an object."""
        return json.loads(self.out.strip().splitlines()[-1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """An installation on disk, and the server that its feeds are on."""

    folder: Path
    server: HttpServer
    #: Besides what every child gets.
    environ: Mapping[str, str] = field(default_factory=dict)

    async def digest(self, *arguments: str, given: str = "") -> Ran:
        """Run the program on its configuration, with `given` on stdin, and wait for it."""
        return await self.ran("-c", str(self.folder / "config"), *arguments, given=given)

    async def ran(self, *arguments: str, given: str = "") -> Ran:
        """Run the program as it is, and wait for it."""
        child = await self.spawn(*arguments)
        out, err = await asyncio.wait_for(child.communicate(given.encode()), PATIENCE_S)
        assert child.returncode is not None
        return Ran(code=child.returncode, out=out.decode(), err=err.decode())

    async def start(self, *arguments: str) -> asyncio.subprocess.Process:
        """Start the program on its configuration."""
        return await self.spawn("-c", str(self.folder / "config"), *arguments)

    async def spawn(self, *arguments: str) -> asyncio.subprocess.Process:
        """Start the program as it is."""
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "digest", *arguments),
            cwd=self.folder,
            env=self.surroundings,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    @property
    def surroundings(self) -> dict[str, str]:
        """The whole environment of a child."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "STATE_DIRECTORY": str(self.folder / "state"),
            "PYTHONPATH": str(Path(__file__).parents[1]),
            **self.environ,
        }

    def configure(self, name: str, text: str) -> None:
        """Write a file of the configuration."""
        (self.folder / "config").mkdir(exist_ok=True)
        (self.folder / "config" / name).write_text(text)

    def read(self, name: str) -> str:
        """A file of the configuration."""
        return (self.folder / "config" / name).read_text()


@asynccontextmanager
async def furnished(folder: Path) -> AsyncIterator[Home]:
    """Two feeds, one of them bad; two topics; two subscribers, one of them to `now`."""
    async with HttpServer() as server:
        made = Home(folder=folder, server=server)
        now = datetime.now(UTC)
        news = [
            Told(title="Aleppo talks collapse as Syrian envoys walk out", summary="They left after two hours."),
            Told(title="Tehran opens a new bridge", summary="It took nine years to build the bridge in Tehran."),
        ]
        server.document("/wire.xml", rss("Wire", news, now=now), etag='"1"')
        server.answer("/broken.xml", 500)
        made.configure("digest.toml", '[digest]\ntitle = "Test Watch"\n')
        made.configure(
            "feeds.toml",
            f'[feeds]\nwire = {{ url = "{server.url("/wire.xml")}", private = true }}\n'
            f'broken = {{ url = "{server.url("/broken.xml")}", private = true }}\n',
        )
        made.configure(
            "topics.toml",
            '[topics.syria]\ntitle = "Syria"\nany = ["Syria*", "Aleppo"]\n'
            '[topics.iran]\ntitle = "Iran"\nany = ["Iran", "Tehran"]\n',
        )
        made.configure(
            "subscribers.toml",
            '[subscribers]\n"ana@example.org" = { topics = ["*"], send = "daily 07:00" }\n'
            '"ben@example.org" = { topics = ["iran"], send = "now", format = "text" }\n',
        )
        yield made
