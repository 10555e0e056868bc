"""Cuts a sentence that is too long, or that its publisher cut off, where a clause ends. Pure."""

import re
from typing import Final

from digest.stories.summaries.publisher_phrases import words

#: The shortest piece that still says something, in characters.
SHORTEST: Final = 50
#: Share of the room under which the last clause's end is too early a place to cut.
_TOO_EARLY: Final = 0.6
#: Ends of clauses. A comma between digits is none.
_CLAUSE_END: Final = re.compile(r"[;:](?=\s)|,(?=[\s\"'”’])|\s[–—-](?=\s)|—|[，、；：،؛]")
#: Words that open a clause, where no mark does.
_CLAUSE_OPENER: Final = re.compile(
    r" (?=(?:and|or|but|as|after|before|while|which|who|because|when|where|since|until|amid|despite|if|und|oder|aber|"
    r"weil|dass|et|ou|mais|parce|y|o|pero|porque|и|но|а|что|который)\s)"
)
#: Opens a sentence whose main clause comes second.
_SUBORDINATE: Final = re.compile(
    r"(?:Despite|While|Although|Though|As|After|Before|When|If|Because|With|Since|Once|Amid|Instead of|Obwohl|Nachdem|"
    r"Malgré|Après|Tras|Aunque|Несмотря|После)\s"
)
#: Ends before what is said: "..., an officer of the harbour, said".
_SPEECH: Final = re.compile(r"\b(?:said|says|told (?:\S+ ){0,3}\S+|added|asked)$")
#: Words that call for another.
_DANGLING: Final = words("""
    a an the and or but nor of to in on at by for from with without into onto over under after before about as is are
    was were be been being it its that this these those his her their our your my not no will would can could may might
    shall should has have had do does did which who whom whose when where while why how than then if so such because
    since until unless between among against during through amid per via also both either neither each every very more
    most some any all he she they we saying mr mrs ms dr despite toward towards
    und oder der die das den dem des ein eine einen mit von zu für auf im am ist sind dass
    le la les un une du de et ou à au aux en dans sur pour par que qui est sont
    el los las y o con por para del es son il lo gli e di da
    в на и с по о к из от для не что как а но за до при
    في من إلى على عن أن التي الذي و مع به از در که را با
    """)
_LOOSE_ENDS: Final = " ,;:–—-\"'“‘«(…،؛，、；："
_PAIRS: Final = {"(": ")", "[": "]", "“": "”", "«": "»", "「": "」", "（": "）"}


def clause(text: str, *, limit: int) -> str:
    """The longest beginning of `text` that ends where a clause does and, with its ellipsis, fits `limit` characters.

    Between words where no clause ends late enough; "" where what is left says too little.
    """
    room = _room(text, limit - 1)
    for ends in (_CLAUSE_END, _CLAUSE_OPENER):
        for end in reversed([found.start() for found in ends.finditer(room, int(len(room) * _TOO_EARLY))]):
            piece = trimmed(room[:end])
            if _tells(piece) and _balanced(piece) and not _only_subordinate(piece):
                return piece + "…"
    piece = _up_to_balance(trimmed(room))
    return piece + "…" if _tells(piece) else ""


def trimmed(text: str) -> str:
    """Without words and marks at the end that call for more."""
    text = text.rstrip(_LOOSE_ENDS)
    while text:
        last = text.rfind(" ") + 1
        if text[last:].strip("\"'“‘(").lower() not in _DANGLING:
            break
        text = text[:last].rstrip(_LOOSE_ENDS)
    return text


def _room(text: str, length: int) -> str:
    """The whole words of the first `length` characters; of a script without spaces, all of them."""
    room = text[:length]
    if len(text) > length and not text[length].isspace() and " " in room[SHORTEST:]:
        room = room[: room.rfind(" ")]
    return room


def _up_to_balance(text: str) -> str:
    """Cut before the last bracket or quotation that stays open, until none does."""
    while text and not _balanced(text):
        opened = max(text.rfind(mark) for mark in (*_PAIRS, '"'))
        text = trimmed(text[: max(opened, 0)])
    return text


def _tells(text: str) -> bool:
    """Whether a beginning says enough: more than who speaks."""
    return len(text) >= SHORTEST and _SPEECH.search(text) is None


def _only_subordinate(text: str) -> bool:
    """Whether a beginning stops before its main clause: "Despite the symbolism of a seventh round"."""
    return _SUBORDINATE.match(text) is not None and _CLAUSE_END.search(text) is None


def _balanced(text: str) -> bool:
    """Whether all brackets and quotations that open also close; a single quote, maybe an apostrophe, is none."""
    return text.count('"') % 2 == 0 and all(text.count(mark) <= text.count(end) for mark, end in _PAIRS.items())
