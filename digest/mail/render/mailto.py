"""The "E-mail this link" of a story: a `mailto:` URI that opens the reader's own mail program (RFC 6068). Pure."""

from urllib.parse import quote

from digest.mail.message.headers import one_line, shorten

#: Gmail fails near 1,620 characters, Outlook at 2,046.
LIMIT = 1_600
#: Unreserved characters stand for themselves (RFC 3986 2.3); everything else is percent-encoded, spaces too.
_AS_THEY_ARE = "-._~"


def email_link(*, title: str, line: str, link: str) -> str:
    """A `mailto:` with an empty To, the title as subject, and title, summary line and link as body.

    At most 1,600 characters: where that is too little, the body drops the title (the subject says it), then the
    summary line, then the subject is cut. Empty where the link alone is too long: a mail without it helps nobody.
    """
    title, line = one_line(title), one_line(line)
    for parts in ((title, line, link), (line, link), (link,)):
        uri = _uri(title, parts)
        if len(uri) <= LIMIT:
            return uri
    for length in (100, 60, 30, 10):
        uri = _uri(shorten(title, length), (link,))
        if len(uri) <= LIMIT:
            return uri
    bare = f"mailto:?body={_escaped(link)}"
    return bare if len(bare) <= LIMIT else ""


def _uri(subject: str, body: tuple[str, ...]) -> str:
    text = "\r\n\r\n".join(part for part in body if part)
    return f"mailto:?subject={_escaped(subject)}&body={_escaped(text)}"


def _escaped(text: str) -> str:
    return quote(text, safe=_AS_THEY_ARE)
