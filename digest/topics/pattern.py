"""One term as written, read: `word`, `two words`, `word*`, `case:Word`, `re:expression`."""

from digest.errors import TermError
from digest.topics.expression import Expression, Unsafe
from digest.topics.rules import Pattern

#: Characters of a term: beyond it, it is a sentence that nobody writes twice.
LONGEST = 200
#: Letters and digits of a term in ASCII: `C` is found in everything (`C++` is read as `C`: punctuation does not count).
SHORTEST = 2
#: Letters that must stand before `*`: `a*` is found in everything.
BEFORE_STAR = 2

Path = tuple[str | int, ...]


def read_pattern(written: str, path: Path) -> Pattern:
    """A term as written, read. Raises TermError."""
    text = written.strip()
    if text.startswith("re:"):
        return _expression(text[3:].strip(), path)
    exact = text.startswith("case:")
    text = " ".join(text.removeprefix("case:").split())
    if not any(character.isalnum() for character in text):
        raise TermError("a term needs at least one letter or digit", path=path)
    if text.isascii() and sum(character.isalnum() for character in text) < SHORTEST:
        raise TermError(f'"{text}" is found in nearly everything: a term needs two letters or digits', path=path)
    if len(text) > LONGEST:
        raise TermError(f"a term is at most {LONGEST} characters long", path=path)
    for word in text.split():
        _check_star(word, path)
    return Pattern(text=text, exact=exact)


def _check_star(word: str, path: Path) -> None:
    """`*` stands at a word's end, or for one whole word."""
    stem = word.rstrip("*")
    if "*" in stem:
        raise TermError(f'"*" stands at the end of a word or for a whole word, not inside "{word}"', path=path)
    if stem == word or not stem:
        return
    if stem.isascii() and sum(character.isalnum() for character in stem) < BEFORE_STAR:
        raise TermError(f'"{word}" is found in nearly everything: write more letters before "*"', path=path)


def _expression(text: str, path: Path) -> Pattern:
    """A regular expression, checked."""
    try:
        Expression(text)
    except Unsafe as exc:
        raise TermError(str(exc), path=path) from exc
    return Pattern(text=text, expression=True)
