"""Quoted-printable: what goes in comes out, and no line can be mistaken on its way."""

import quopri

from hypothesis import example, given
from hypothesis import strategies as st

from digest.mail.message.quoted_printable import WIDTH, quoted

TEXT = st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("\n\r.=F \tié")), max_size=300)


@given(TEXT)
@example(".\n..\n.a")
@example("From me\nFrom you")
@example("a \nb\t\n ")
@example("=" * 100)
@example("x" * 75 + "." + "x" * 80)
@example("x" * 75 + "From " + "x" * 80)
@example("é" * 60)
@example("x" * 76)
def test_it_reads_back(text: str) -> None:
    """Decoded, it is the text with its line ends made CRLF."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert quopri.decodestring(quoted(text)).replace(b"\r\n", b"\n") == "\n".join(lines).encode()


@given(TEXT)
@example("." * 300)
@example("From " * 60)
@example("a" * 74 + "é")
def test_every_line_is_safe(text: str) -> None:
    """Lines are ASCII, at most 76 long, end in CRLF, start neither with a dot nor with "From ", end in no blank."""
    for line in quoted(text).split(b"\r\n"):
        assert line.isascii()
        assert len(line) <= WIDTH
        assert b"\r" not in line
        assert b"\n" not in line
        assert not line.startswith((b".", b"From "))
        assert not line.endswith((b" ", b"\t"))
