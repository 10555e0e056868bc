"""A Postfix of our own: Debian's binaries with a folder, a port and a Maildir that vanish after the test.

STARTTLS with a certificate of the test's own authority; logins are checked by a few lines that speak Dovecot's
authentication protocol, since Debian's package brings no password checker.
"""

import asyncio
import base64
import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme

_SBIN = Path("/usr/sbin")
USER, PASSWORD = "digest", "secret"
#: Seconds until it must have started, or delivered.
PATIENCE_S = 30

_MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.example
mydestination =
local_header_rewrite_clients =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks =
alias_maps =
alias_database =
virtual_mailbox_domains = list.example
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = static:all/
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
smtpd_tls_security_level = encrypt
smtpd_tls_cert_file = {folder}/cert.pem
smtpd_tls_key_file = {folder}/cert.pem
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
"""

_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


def unavailable() -> str:
    """Why there can be no Postfix here; empty: there can."""
    if not (_SBIN / "postfix").exists():
        return "Postfix is not installed"
    if os.geteuid() != 0:
        return "Postfix starts as root alone"
    return ""


@dataclass(frozen=True, slots=True)
class Postfix:
    """One that is up."""

    port: int
    folder: Path

    def delivered(self) -> list[bytes]:
        """The messages in its Maildir, as they lie there."""
        new = self.folder / "mail" / "all" / "new"
        return [path.read_bytes() for path in new.iterdir()] if new.exists() else []

    async def has_delivered(self, count: int) -> list[bytes]:
        """The messages, once there are `count`."""
        async with asyncio.timeout(PATIENCE_S):
            while len(found := self.delivered()) < count:
                await asyncio.sleep(0.05)
        return found


@asynccontextmanager
async def postfix(authority: trustme.CA) -> AsyncIterator[Postfix]:
    """Start one; stop it and remove its folder after."""
    # Not pytest's folder: Postfix's daemons are not root, and must be able to enter it.
    folder = Path(tempfile.mkdtemp(prefix="postfix-"))
    folder.chmod(0o755)
    port = _free_port()
    _furnish(folder, port, authority)
    auth = await asyncio.start_unix_server(_authenticate, folder / "queue" / "private" / "auth")
    (folder / "queue" / "private" / "auth").chmod(0o666)
    try:
        await asyncio.to_thread(_postfix, folder, "start")
        await _listening(port)
        yield Postfix(port, folder)
    finally:
        await asyncio.to_thread(_postfix, folder, "stop")
        auth.close()
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _furnish(folder: Path, port: int, authority: trustme.CA) -> None:
    owner, nobody = pwd.getpwnam("postfix"), pwd.getpwnam("nobody")
    for name in ("etc", "queue", "data", "mail"):
        (folder / name).mkdir()
    os.chown(folder / "data", owner.pw_uid, owner.pw_gid)
    os.chown(folder / "mail", nobody.pw_uid, nobody.pw_gid)
    (folder / "queue" / "private").mkdir(mode=0o700)
    os.chown(folder / "queue" / "private", owner.pw_uid, grp.getgrnam("root").gr_gid)
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(folder / "cert.pem"))
    main = _MAIN.format(folder=folder, uid=nobody.pw_uid, gid=nobody.pw_gid)
    (folder / "etc" / "main.cf").write_text(main, encoding="ascii")
    (folder / "etc" / "master.cf").write_text(_MASTER.format(port=port), encoding="ascii")


def _postfix(folder: Path, verb: str) -> None:
    done = subprocess.run(
        [str(_SBIN / "postfix"), "-c", str(folder / "etc"), verb], capture_output=True, text=True, timeout=PATIENCE_S
    )
    log = folder / "log"
    assert done.returncode == 0, f"postfix {verb}: {done.stderr}{log.read_text() if log.exists() else ''}"


async def _listening(port: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return


async def _authenticate(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Dovecot's authentication protocol, as much of it as Postfix speaks for PLAIN."""
    writer.write(b"VERSION\t1\t2\nMECH\tPLAIN\tplaintext\nSPID\t1\nCUID\t1\nCOOKIE\t" + b"0" * 32 + b"\nDONE\n")
    right = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()
    while line := await reader.readline():
        words = line.decode().rstrip("\n").split("\t")
        if words[0] == "AUTH":
            good = f"resp={right}" in words
            writer.write(f"{'OK' if good else 'FAIL'}\t{words[1]}\tuser={USER}\n".encode())
    writer.close()
