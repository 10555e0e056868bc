"""Phrases of publishers that are no news: tables that `clutter` and `datelines` make their patterns from. Pure."""

from typing import Final


def words(table: str) -> frozenset[str]:
    """The words of a table, whatever stands between them."""
    return frozenset(table.split())


def lines(table: str) -> list[str]:
    """The entries of a table, one a line."""
    return [line for line in table.split("\n") if line]


#: What blog engines put under a text ("The post ... appeared first on ..."), one a line: how it begins, as a regular
#: expression, a slash, and the words behind the title, as they stand.
FIRST_ELSEWHERE: Final = r"""
The post/appeared first on
The post/first appeared on
L[’']articolo/sembra essere il primo su
L[’']articolo/proviene da
La entrada/se publicó primero en
La entrada/aparece primero en
La entrada/apareció primero en
El artículo/se publicó primero en
L[’']article/est apparu en premier sur
Der Beitrag/erschien zuerst auf
Der Artikel/erschien zuerst auf
O post/apareceu primeiro em
O conteúdo/aparece primeiro em
Het bericht/verscheen eerst op
Inlägget/dök först upp på
Indlægget/blev først udgivet på
Innlegget/dukket først opp på
Artykuł/pochodzi z serwisu
Post/pochodzi z serwisu
Articolul/apare prima dată în
Příspěvek/se nejdříve objevil na
Сообщение/появились сначала на
Запись/впервые появилась
Запис/спершу з'явився на
Το άρθρο/εμφανίστηκε πρώτα στο
ظهرت المقالة/أولاً على
نوشته/اولین بار در
הפוסט/הופיע לראשונה ב
"""

#: What opens a sentence that sends the reader elsewhere, one a line, as regular expressions. Each begins with a letter,
#: which stands as written (a sentence's first), so that a scan need only stop at those; the rest is in any case.
ELSEWHERE: Final = r"""
Read (the |our )?(full |entire |whole |original )?(article|story|report|post|more|full|also|next|on|interview|analysis)
Continue reading
Keep reading
Click (here|on|the link|link|to)
Tap (here|on|to)
Learn more
See (more|also)
Find out more
View (the )?(full|whole|entire|original|all|more|photos|gallery)
Get the (full|whole) (story|picture)
Full (story|article|coverage|report)
Also read
More( stories| coverage)?:
More (on|from|about|details soon|to follow|soon|at \S+\.\w{2,3})
Related( stories| articles| coverage)?:
Watch( live| now)?:
Watch (the|this|our) (full |whole )?(episode|interview|video|show|report|story)
Listen to (the|this|our) (full |whole )?(podcast|episode|interview|show|report)
Follow (our|us|the (latest|live|news)|live|along|all the|here|@|updates)
Stay (tuned|up to date|informed|with us)
This (live )?(blog|page|story|article|post) (has now|has been|is now|is being|will be) (closed|updated|corrected)
This live blog
This is a (breaking|developing|live)
Subscribe (to|for|now|here|today)
Sign up (to|for|now|here|today)
Register (to|for|now|here|today)
Log in (to|for|now|here)
Join (us|our) (on|for|at|in|newsletter|channel|telegram|whatsapp)
Download (our|the) app
Share (this|on|via)
Support (our|independent|quality) (journalism|work|reporting|newsroom)
All rights reserved
Copyright
For (more|the latest|full|live|all the|further)[^.!?\n]{0,80}(click|visit|follow|see|read|go to|subscribe|head to)
Submitted by /?u/
Filed under:?
Posted in:?
Tagged (with|in):?
Tags?:
Photo(graph)?( by| credit| courtesy| illustration)?:
Image( by| credit| courtesy| source)?:
Picture( by| credit)?:
Video( by| credit)?:
Credits?:
File photo
Getty Images
Media playback is
Advertisement
Lire (la suite|plus|aussi|l['’]article|l['’]intégralité|davantage)
À lire aussi
Voir (aussi|plus)
Weiterlesen
Mehr (lesen|zum Thema|dazu|erfahren)
Lesen Sie (mehr|auch|hier|weiter)
Leer (más|también)
Lea (más|también)
Ver más
Saber más
Seguir leyendo
Sigue leyendo
Siga leyendo
Continuar leyendo
Continúe leyendo
Continúa leyendo
Leggi (tutto|anche|di più|l['’]articolo)
Continua a leggere
Ler mais
Leia (mais|também)
Saiba mais
Continue (lendo|a ler)
Lees (verder|meer|ook)
Läs (mer|också|vidare)
Les (mer|også|hele saken)
Læs (mere|også)
Lue (lisää|myös)
Czytaj (dalej|więcej|także|też)
Číst (dále|více)
Devamını oku
Haberin devamı
Devamı için
Selengkapnya
Baca (juga|selengkapnya|lebih)
Đọc tiếp
Xem thêm
Διαβάστε (περισσότερα|ακόμη|επίσης|εδώ)
Читать (далее|полностью|дальше|также|ещё|еще)
Читайте (также|далее|полностью|подробнее|нас|також)
Подробнее
Читати далі
اقرأ (المزيد|أيضا|أيضًا|ايضا|كذلك)
إقرأ (المزيد|أيضا|أيضًا|ايضا|كذلك)
لقراءة المزيد
للمزيد من
لمتابعة (القراءة|آخر)
ادامهٔ? ?[یی]? ?(مطلب|خبر)
بیشتر (بخوانید|بدانید)
مزید پڑھیں
קרא עוד
קראו עוד
לקריאה נוספת
להמשך קריאה
阅读全文
閱讀全文
查看(更多|全文)
继续阅读
繼續閱讀
点击查看
更多(内容|內容)
続きを読む
記事全文
もっと見る
더 ?보기
기사 ?더 ?보기
전체 ?기사
자세히 ?보기
और पढ़ें
यह भी पढ़ें
पूरी खबर
"""

#: Words by which a programme, not the news, is spoken of.
HOSTS: Final = r"""
\b(is|are) (\w+ )?(pleased|delighted|happy|honou?red|thrilled|proud) to (welcome|be joined)
\b(is|are) joined by\b
\bjoins? (us|me)\b
\bwe['’]re (\w+ )?(pleased|delighted|joined)\b
^(In|On) (this|today['’]s|this week['’]s) (week['’]s )?(episode|edition|show|programme|program|podcast)\b
^Welcome (to|back)\b
^.{0,90}\b(has|have) (more|the (story|details|latest))( on this| from \w+)?[.…]*$
^[^,]{0,70}\b(reports|explains|tells us more)( from [\w ]+)?[.…]*$
"""

#: Of each line above, a piece that a text must hold for it to be looked for.
HOST_HINTS: Final = (
    "elcome", "joined", "join us", "joins us", "join me", "joins me", "pleased", "delighted", "pisode", "dition",
    " show", "program", "podcast", " more", "the story", "the details", "the latest", "reports", "explains",
)  # fmt: skip

#: News agencies as they sign: in brackets after a place, or behind a picture's caption.
AGENCIES: Final = (
    r"AP|A\.P\.|Reuters|REUTERS|AFP|CNN|BBC|UPI|dpa|DPA|EFE|ANSA|PTI|IANS|ANI|KUNA|WAM|SPA|SANA|IRNA|ISNA|Mehr|Tasnim|"
    r"Fars|TASS|Xinhua|XINHUA|Kyodo|Yonhap|Bloomberg|Anadolu|AA|NNA|APP|Interfax|RIA Novosti|NPR|Al Jazeera|Agencies|"
    r"agencies|Sputnik|EPA|Getty|رويترز|أ ف ب|ا ف ب|أ ب|وكالات|سانا|إرنا|الأناضول|د ب أ|تاس|ТАСС|РИА Новости|Интерфакс|"
    r"Рейтер|共同|時事"
)

#: Bodies that are quoted with a colon ("NATO: no evidence"): without the word, the sentence would be ours.
SPEAKERS: Final = words("""
    NATO UNESCO UNICEF UNHCR OCHA OPEC OPEC+ IAEA FIFA UEFA NASA IRGC JCPOA OFAC OPCW OSCE SWIFT ISIS ISIL HAMAS
    HEZBOLLAH KREMLIN PENTAGON
    """)
