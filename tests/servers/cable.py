"""Two machines on a cable, in network namespaces of their own: the only place where tests have public addresses.

`python -m tests.servers.cable` inside `unshare --user --map-root-user --net` prints what fetches come to,
as JSON. The near machine has two public addresses with a server on them, the far one has a server that redirects.
"""

import asyncio
import json
import os
import subprocess
import sys

from digest.errors import AddressRefused
from digest.feeds.fetch.http import HttpFetcher, Limits
from digest.model import Feed, FeedAuth, Secret
from digest.ports import Validators
from digest.settings.core.shape import DigestSettings
from tests.servers.http import HttpServer

NEAR, SECOND, FAR = "11.22.33.1", "11.22.33.9", "11.22.33.2"
PORT = 8080
RSS = b"<rss version='2.0'><channel><title>News</title></channel></rss>"


def ip(*words: str) -> None:
    """Set up a link or an address."""
    subprocess.run(["ip", *words], check=True)


def up(device: str, *addresses: str) -> None:
    """Give a device its addresses and switch it on."""
    for address in addresses:
        ip("addr", "add", f"{address}/24", "dev", device)
    ip("link", "set", device, "up")


async def far() -> None:
    """The other machine: it waits for the cable, then serves until its input ends."""
    print(os.getpid(), flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    up("far", FAR)
    async with HttpServer(FAR, PORT) as server, HttpServer(FAR, PORT + 1) as other:
        server.document("/feed", RSS)
        other.document("/feed", RSS)
        for name, address in (("near", NEAR), ("second", SECOND)):
            server.redirect(f"/to/{name}", f"http://{address}:{PORT}/feed")
        server.redirect("/to/port", other.url("/feed"), 301)
        server.redirect("/to/home", "/feed")
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        asked = [request.headers.get("authorization", "") for request in [*server.requests, *other.requests]]
        print(json.dumps(asked), flush=True)


async def outcome(fetcher: HttpFetcher, url: str, *, private: bool = False, auth: bool = False) -> str:
    """What a fetch comes to, in a word."""
    login = FeedAuth(bearer=Secret(env="X")) if auth else None
    try:
        await fetcher.fetch(Feed(id="f", url=url, private=private, auth=login), url, Validators())
    except AddressRefused:
        return "refused"
    return "read"


async def near() -> None:
    """This machine: it asks."""
    peer = subprocess.Popen(
        ["unshare", "--net", sys.executable, "-m", "tests.servers.cable", "far"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert peer.stdout
    assert peer.stdin
    ip("link", "add", "near", "type", "veth", "peer", "name", "far", "netns", peer.stdout.readline().strip())
    up("near", NEAR, SECOND)
    up("lo")
    print("\n", end="", file=peer.stdin, flush=True)
    peer.stdout.readline()
    at = f"http://{FAR}:{PORT}"
    async with HttpServer("0.0.0.0", PORT) as own:
        own.document("/feed", RSS)
        async with HttpFetcher(
            DigestSettings(), secrets=lambda _: "geheim", limits=Limits(spacing=0, connect=5)
        ) as fetcher:
            found = {
                "far": await outcome(fetcher, f"{at}/feed"),
                "own": await outcome(fetcher, f"http://{NEAR}:{PORT}/feed"),
                "own second": await outcome(fetcher, f"http://{SECOND}:{PORT}/feed"),
                "own mapped": await outcome(fetcher, f"http://[::ffff:{NEAR}]:{PORT}/feed"),
                "far to own": await outcome(fetcher, f"{at}/to/near"),
                "far to own second": await outcome(fetcher, f"{at}/to/second"),
                "own, private": await outcome(fetcher, f"http://{NEAR}:{PORT}/feed", private=True),
                "login at home": await outcome(fetcher, f"{at}/to/home", auth=True),
                "login to another port": await outcome(fetcher, f"{at}/to/port", auth=True),
            }
    shown, _ = peer.communicate("\n")
    print(json.dumps({"found": found, "own": len(own.requests), "logins": json.loads(shown)}))


if __name__ == "__main__":
    asyncio.run(far() if sys.argv[1:] == ["far"] else near())
