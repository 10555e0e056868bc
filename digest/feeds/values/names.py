"""Names of persons and publishers as feeds write them: "World news | The Guardian" is The Guardian. Pure."""

import re
from functools import lru_cache
from urllib.parse import urlsplit

#: What feed titles put between a section and the publisher.
_BETWEEN = re.compile(r"(?<!\s)\s*[|»›>·]\s*|(?<!\s)\s+[-–—]\s+|(?<!\s)\s*:\s+")
_NO_LETTER = re.compile(r"[\W_]+")
#: Shorter pieces ("UN", "In") stand in too many host names by chance.
MIN_LETTERS = 3
#: Parts of a host name that name no publisher.
_NAMELESS = frozenset({"www", "feeds", "feed", "rss", "news", "com", "org", "net", "gov", "edu", "int", "co", "ac"})


@lru_cache(maxsize=1024)
def publisher_name(title: str, address: str) -> str:
    """The piece of a feed's title that its address is named after; the whole title where no piece is."""
    pieces = [piece for piece in _BETWEEN.split(title) if piece]
    if len(pieces) < 2:
        return title
    labels = [label for label in _host(address).split(".") if label not in _NAMELESS and len(label) >= MIN_LETTERS]
    named = [piece for piece in pieces if any(_named_after(piece, _letters(label)) for label in labels)]
    return max(named, key=lambda piece: len(_letters(piece)), default=title)


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""


def _letters(text: str) -> str:
    return _NO_LETTER.sub("", text).lower()


def _named_after(piece: str, label: str) -> bool:
    """ "The Guardian" and theguardian, "BBC News" and bbc, "NYT" and nytimes; but not "Iran" and iranintl."""
    whole = _letters(piece)
    bare = whole.removeprefix("the")
    if len(bare) < MIN_LETTERS:
        return False
    if whole.startswith(label) or bare.startswith(label):
        return True
    return label.startswith((whole, bare)) and (piece.isupper() or 2 * len(bare) > len(label))


#: Longer names are not names.
MAX_PERSON = 300
_PERSONS = (
    re.compile(r"[^\s@()<>]+@[^\s@()<>]+ ?\((?P<name>[^()]*)\)"),
    re.compile(r"(?P<name>[^()<>@]*?) ?[(<][^\s@()<>]+@[^\s@()<>]+[)>]"),
)
#: What programs write where they know no author.
_NOBODY = frozenset({"(author unknown)", "unknown", "noreply@blogger.com", "noreply", "none", "null", "n/a"})


def person_name(text: str) -> str:
    """The name in `a@b.example (Name)`, `Name (a@b.example)`, `Name <a@b.example>`; else the text itself.

    feedparser's own reading takes quadratic time and cuts addresses with long top-level domains in two.
    """
    text = " ".join(text[:MAX_PERSON].split())
    if text.lower() in _NOBODY:
        return ""
    for form in _PERSONS if "@" in text else ():
        if (match := form.fullmatch(text)) and match["name"].strip():
            return match["name"].strip()
    return text.removeprefix("mailto:")
