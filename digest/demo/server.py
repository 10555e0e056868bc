"""Serves the sample feeds on loopback over real HTTP, with validators, as a publisher's server would."""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from digest.demo.catalogue import DEMO_NOW, GONE, SAMPLES, Sample
from digest.model import Feed

#: 127.0.0.2 and up would look more like many hosts, but macOS has 127.0.0.1 alone.
HOST = "127.0.0.1"
#: Seconds that a request still running may take when the site closes.
SHUTDOWN_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The sample feeds, being served."""

    #: Such as `http://127.0.0.1:40321`, without a slash at the end.
    base_url: str
    #: As a configuration would list them; the last one is gone.
    feeds: tuple[Feed, ...]


@asynccontextmanager
async def serve(*, port: int = 0) -> AsyncIterator[Site]:
    """Serve the sample feeds while the context lasts. Port 0 takes a free one; OSError: the port is taken."""
    application = web.Application()
    for sample in SAMPLES:
        application.router.add_get(f"/{sample.file}", _answering(sample))
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=SHUTDOWN_S)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, port).start()
        base_url = f"http://{HOST}:{runner.addresses[0][1]}"
        yield Site(base_url=base_url, feeds=tuple(_feed(sample, base_url) for sample in (*SAMPLES, GONE)))
    finally:
        await runner.cleanup()


def _feed(sample: Sample, base_url: str) -> Feed:
    return Feed(id=sample.id, url=f"{base_url}/{sample.file}", name=sample.name, private=True)


def _answering(sample: Sample) -> Callable[[web.Request], Awaitable[web.Response]]:
    """A handler that answers with the sample, or with 304 to whoever has it (RFC 9110 13.2.2: the ETag decides)."""
    body = (Path(__file__).parent / "feeds" / sample.file).read_bytes()
    etag = hashlib.sha256(body).hexdigest()[:16]

    async def answer(request: web.Request) -> web.Response:
        """200 with the document, or 304 where the request has it already."""
        known = {tag.value for tag in request.if_none_match or ()}
        since = request.if_modified_since
        unchanged = bool(known & {etag, "*"}) if known else since is not None and since >= DEMO_NOW
        response = web.Response(status=304) if unchanged else web.Response(body=body, content_type=sample.content_type)
        response.etag = etag
        response.last_modified = DEMO_NOW
        return response

    return answer
