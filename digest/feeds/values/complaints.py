"""Entries in which whatever makes a feed reports its own failure: they are not news. Pure."""

import re
from dataclasses import replace

from digest.errors import ParseError
from digest.feeds.parse.entries import Channel, Entry
from digest.feeds.values.clean import shortened

#: RSS-Bridge, whose number is a day's; web servers' and converters' own sentences.
_COMPLAINT = re.compile(
    r"Bridge (?:returned )?error\b.{0,40}\(\d+\)"
    r"|(?:HTTP )?(?:Error )?[45]\d\d[: -]{1,3}(?:Not Found|Forbidden|Gone|Unauthorized|Too Many Requests|Bad Gateway|"
    r"Internal Server Error|Service Unavailable|Gateway Time-?out)"
    r"|(?:Error (?:fetch|load|pars|read|retriev)ing|(?:Unable|Failed) to (?:fetch|load|parse|read|retrieve)) "
    r"(?:the |this )?(?:RSS |Atom )?feed\b.*",
    re.IGNORECASE,
)
#: Of a complaint's title, what is repeated.
MAX_SAID = 100
_ERROR_LINK = re.compile(r"[?&]_error_time=\d+")


def without_complaints(channel: Channel) -> Channel:
    """The channel with news alone, and a warning. ParseError: it holds nothing but a complaint."""
    complaints = [entry for entry in channel.entries if isinstance(entry, Entry) and _complains(entry)]
    if not complaints:
        return channel
    said = shortened(complaints[0].title.plain(), MAX_SAID)
    if len(complaints) == len(channel.entries):
        raise ParseError(f"it reports its own failure in place of news: “{said}”; it is asked again later")
    kept = tuple(entry for entry in channel.entries if entry not in complaints)
    warning = f"an entry in which the feed reports its own failure is left out: “{said}”"
    return replace(channel, entries=kept, warnings=(*channel.warnings, warning))


def _complains(entry: Entry) -> bool:
    """By its title, or by the address that RSS-Bridge gives it."""
    return bool(_COMPLAINT.fullmatch(entry.title.text.strip()) or _ERROR_LINK.search(entry.guid or entry.link))
