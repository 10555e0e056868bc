"""`preview --watch`: a page on loopback that shows the digest anew whenever a watched file is saved.

The digest itself is shown as it would be sent, in a frame: what reloads it stands around it, never in it. Only this
machine's own browser is served; a page of somebody else's that points a name of its own here is refused.
"""

import hashlib
import html
import secrets
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

from aiohttp import web

from digest.errors import DigestError

#: How often the frame asks whether something was saved, in milliseconds.
GLANCE_MS = 700
_FRAME = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>digest preview</title>
<style nonce="{nonce}">html, body, iframe {{ margin: 0; width: 100%; height: 100%; border: 0; display: block }}</style>
</head><body><iframe src="/page" title="The digest" sandbox="allow-popups"></iframe>
<script nonce="{nonce}">
let shown = "{version}";
setInterval(async () => {{
  try {{
    const now = await (await fetch("/version")).text();
    if (now !== shown) {{ shown = now; document.querySelector("iframe").src = "/page?" + now; }}
  }} catch {{ document.title = "digest preview (ended)"; }}
}}, {glance});
</script></body></html>
"""
_TROUBLE = '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>preview</title><pre>{text}</pre></html>\n'
_POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; frame-src 'self'; connect-src 'self'"
)
#: The digest may style itself and no more.
_PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; sandbox allow-popups"


class Watching:
    """The pages. Use it as `await watching.serve(ready)` and cancel it to end."""

    def __init__(
        self,
        page: Callable[[], Awaitable[str]],
        files: Callable[[], Iterable[Path]],
        explain: Callable[[DigestError], str],
    ) -> None:
        """`page` makes the digest's HTML as files stand now, `files` names those that are watched, `explain` says an
        error to a person: it is shown in the digest's place."""
        self._page, self._files, self._explain = page, files, explain
        self._port = 0

    async def serve(self, ready: Callable[[str], None], until: Awaitable[object]) -> None:
        """Serve on a free port of 127.0.0.1, tell `ready` the address, and end with `until`."""
        app = web.Application(middlewares=[self._own_name_only])
        app.add_routes([web.get("/", self._frame), web.get("/page", self._shown), web.get("/version", self._asked)])
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            self._port = runner.addresses[0][1]
            ready(f"http://127.0.0.1:{self._port}/")
            await until
        finally:
            await runner.cleanup()

    def version(self) -> str:
        """Another one as soon as a watched file was saved, made or removed."""
        seen = hashlib.blake2b(digest_size=8)
        for file in sorted(self._files()):
            try:
                stat = file.stat()
            except OSError:
                continue
            seen.update(f"{file}\0{stat.st_mtime_ns}\0{stat.st_size}\0".encode())
        return seen.hexdigest()

    @web.middleware
    async def _own_name_only(
        self, request: web.Request, handler: Callable[..., Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if request.host not in {f"127.0.0.1:{self._port}", f"localhost:{self._port}"}:
            raise web.HTTPForbidden(text="only http://127.0.0.1 is served")
        answer = await handler(request)
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Referrer-Policy"] = "no-referrer"
        return answer

    async def _frame(self, _request: web.Request) -> web.Response:
        nonce = secrets.token_urlsafe(16)
        text = _FRAME.format(nonce=nonce, version=self.version(), glance=GLANCE_MS)
        policy = {"Content-Security-Policy": _POLICY.format(nonce=nonce)}
        return web.Response(text=text, content_type="text/html", headers=policy)

    async def _asked(self, _request: web.Request) -> web.Response:
        return web.Response(text=self.version())

    async def _shown(self, _request: web.Request) -> web.Response:
        try:
            text = await self._page()
        except DigestError as exc:
            text = _TROUBLE.format(text=html.escape(self._explain(exc)))
        return web.Response(text=text, content_type="text/html", headers={"Content-Security-Policy": _PAGE_POLICY})
