"""An IMAP server on loopback: as much of RFC 9051 as reading one folder takes."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class Folder:
    """Messages by UID, and the flags that were set."""

    messages: Mapping[int, bytes]
    flags: dict[int, str] = field(default_factory=dict)

    def answer(self, command: str) -> bytes | None:
        """What a command is answered, before its OK; None: NO."""
        words = command.split()
        verb = words[1 if words[0].upper() == "UID" else 0].upper()
        match verb:
            case "LOGIN":
                return b"" if '"secret"' in command else None
            case "CAPABILITY":
                return b"* CAPABILITY IMAP4rev1\r\n"
            case "SEARCH":
                unseen = (str(uid) for uid in self.messages if "Seen" not in self.flags.get(uid, ""))
                return f"* SEARCH {' '.join(unseen)}\r\n".encode()
            case "FETCH":
                body = self.messages[int(words[2])]
                return f"* 1 FETCH (UID {words[2]} BODY[]<0> {{{len(body)}}}\r\n".encode() + body + b")\r\n"
            case "STORE":
                set_flags = re.search(r"\((.*)\)", command)
                self.flags[int(words[2])] = set_flags[1] if set_flags else ""
        return b""


@asynccontextmanager
async def imap_server(
    messages: Mapping[int, bytes], context: ssl.SSLContext
) -> AsyncIterator[tuple[int, dict[int, str]]]:
    """Serve a folder over TLS, the password being `secret`; its port, and the flags that were set."""
    folder = Folder(messages)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK hello\r\n")
        while line := (await reader.readline()).decode().strip():
            tag, _, command = line.partition(" ")
            answer = folder.answer(command)
            writer.write((answer or b"") + f"{tag} {'NO' if answer is None else 'OK'} done\r\n".encode())
            if command.upper() == "LOGOUT":
                break
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1], folder.flags
