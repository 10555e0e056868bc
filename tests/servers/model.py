"""A service on loopback that speaks OpenAI's chat completions and says what a test wants, lies included."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

#: What the model says to a story; a Response instead of a line for services that misbehave.
Model = Callable[[dict[str, str]], str | web.Response]


@dataclass(slots=True, kw_only=True)
class ModelServer:
    """The service, being served."""

    base_url: str
    #: The bodies of all requests, in order.
    asked: list[dict[str, Any]] = field(default_factory=list)
    #: Their Authorization headers.
    keys: list[str | None] = field(default_factory=list)
    #: Seconds that each answer takes.
    delay: float = 0.0
    #: The most requests that were under way at once.
    most_at_once: int = 0


@asynccontextmanager
async def model_server(model: Model, *, tokens: int = 100, delay: float = 0.0) -> AsyncIterator[ModelServer]:
    """Serve a model while the context lasts; each answer costs `tokens` and takes `delay` seconds."""
    server = ModelServer(base_url="", delay=delay)
    at_once = 0

    async def complete(request: web.Request) -> web.Response:
        nonlocal at_once
        at_once += 1
        server.most_at_once = max(server.most_at_once, at_once)
        body = await request.json()
        server.asked.append(body)
        server.keys.append(request.headers.get("Authorization"))
        await asyncio.sleep(server.delay)
        at_once -= 1
        said = model(json.loads(body["messages"][1]["content"]))
        if isinstance(said, web.Response):
            return said
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": said}}
        usage = {"prompt_tokens": tokens, "completion_tokens": 0, "total_tokens": tokens}
        return web.json_response({"object": "chat.completion", "choices": [choice], "usage": usage})

    application = web.Application()
    application.router.add_post("/v1/chat/completions", complete)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        server.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        yield server
    finally:
        await runner.cleanup()
