"""Whether a line turns to its reader instead of telling the news: with an address, or with a request. Pure.

News speaks of others. A line that says "you", or tells somebody to click, call or answer, is refused, though a quoted
speaker may have said it.
"""

import re
import unicodedata
from typing import Final

from digest.stories.summaries.publisher_phrases import lines, words

#: What joins letters, and is not seen.
_JOINERS: Final = str.maketrans("", "", "\u200c\u200d")
#: As they look after NFKC, which makes full-width letters and dots plain ones, in lower case.
_ADDRESS: Final = re.compile(
    r"://|::|@|\bwww\b"
    # A name and an ending, however many: no sentence has a dot between letters, but for initials and numbers.
    r"|\w\.(?!\d)\w{2}|\w。[a-z]{2}"
    r"|\d\.\d{1,3}\.\d{1,3}\.\d"
    # Written so that no program finds it: "evil[.]com", "evil dot com".
    r"|\w ?[\[({] ?(?:\.|dot|punkt|punto|point|точка) ?[\])}]"
    r"|\w dot \w{2}|\w (?:punkt|punto|point|точка) (?:com|org|net|info|de|fr|es|ru|ir)\b"
    # mailto:x, tel:+49
    r"|\b[a-z][a-z\d+-]{1,20}:[\w/+]"
    # A telephone's number.
    r"|(?<![\d.,])(?:\+|00?)\d[\d ()/-]{4,20}\d"
)
#: Words for the reader, in lower case.
_YOU: Final = words("""
    you your yours yourself yourselves
    du dich dir dein deine deinen deinem deiner deines euch
    vous votre vos
    usted ustedes tú tus
    вы вас вам вами ваш ваша ваше ваши вашу вашей вашего вашему вашим ваших вашими ты тебя тебе твой твоя твоё твои
    أنت أنتم لكم إليكم عليكم لديكم بريدك حسابك كلمتك
    شما شماست تو
    """)
#: Polite German, which has a capital; first in a sentence it may be "she" or "they".
_GERMAN_YOU: Final = re.compile(r"(?<=[\w,;:] )(?:Sie|Ihnen|Ihre?[nmrs]?)\b")
#: What tells somebody to do something: first in a line or after a mark.
_ORDERS: Final = words("""
    click tap press visit call phone text dial reply answer respond write email contact subscribe unsubscribe sign log
    login register join follow download install open send enter confirm verify donate buy watch see read learn check
    share scan forward please
    klick klicke bitte
    cliquez répondez appelez visitez écrivez envoyez abonnez inscrivez confirmez lisez voyez rendez ouvrez veuillez
    haga pulse responda llame visite escriba envíe suscríbase confirme lea vea abra
    нажмите кликните ответьте позвоните перейдите посетите напишите отправьте подпишитесь подтвердите введите читайте
    смотрите зайдите пожалуйста
    اضغط اضغطوا انقر انقروا اتصلوا زوروا أرسل أرسلوا اشترك اشتركوا سجلوا أجب أجيبوا راسلونا اقرأ شاهدوا تابعوا يرجى
    الرجاء
    لطفا لطفاً
    """)
#: The same where it stands at the end, as in Persian, or is one wherever it stands; regular expressions, one a line.
_WHEREVER: Final = r"""
\b(?:reply|answer|respond)(?:ing)? with\b
\b(?:log|sign) (?:in|up)\b
\bclick (?:on|here|the|below)\b
\b(?:کلیک|کپی|تماس|وارد|پاسخ|ثبت|مشترک|تأیید|تایید) \w{0,12}(?:کنید|بگیرید|شوید|دهید|بدهید)\b
\b(?:بفرستید|بخوانید|ببینید|بزنید|بنویسید)\b
"""
_REQUEST: Final = re.compile("|".join(lines(_WHEREVER)))
_FIRST: Final = re.compile(r"(?:^|[,;:.!?–—،؛。])[^\w,;:.!?–—،؛。]*([^\W_]+)")
_WORD: Final = re.compile(r"[^\W_]+")


def has_address(line: str) -> bool:
    """Whether a line holds a way to reach somebody: a host, a path, a mailbox, a telephone, in whatever disguise."""
    return _ADDRESS.search(_plain(line)) is not None


def asks_reader(line: str) -> bool:
    """Whether a line speaks to whoever reads it, or tells them to do something."""
    plain = _plain(line)
    if not _YOU.isdisjoint(_WORD.findall(plain)) or not _ORDERS.isdisjoint(_FIRST.findall(plain)):
        return True
    return _REQUEST.search(plain) is not None or _GERMAN_YOU.search(line) is not None


def _plain(line: str) -> str:
    return unicodedata.normalize("NFKC", line).translate(_JOINERS).lower()
