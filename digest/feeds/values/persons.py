"""Names of persons as feeds write them. Pure."""

import re

#: Longer names are no names.
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
