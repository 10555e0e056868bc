"""Editions to render: a realistic day, a hostile one, an Arabic one, a quiet one. All words are our own."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from digest.model import Edition, EditionEntry, Format, Headline, OtherReport, Section, Window

END = datetime(2016, 4, 14, 6, 0, tzinfo=UTC)
LONG_WORD = "Donaudampfschifffahrtsgesellschaft" * 4
LONG_URL = "https://registry.example/designations/2016/04/" + "a-very-long-path-segment-" * 8 + "?ref=" + "0" * 60


def story(number: int, title: str, line: str = "", **rest: object) -> EditionEntry:
    """A story with everything it needs, told by The Courier an hour before the edition's end."""
    values: dict[str, object] = {
        "story": 1000 + number,
        "number": number,
        "line": line,
        "rank": (("match", 1.0), ("sources", 1 / number)),
    }
    lead: dict[str, object] = {
        "title": title,
        "link": f"https://courier.example/2016/04/14/story-{number}",
        "source": "The Courier",
        "published": END - timedelta(hours=1),
        "language": "en",
    }
    lead |= {name: rest.pop(name) for name in lead.keys() & rest.keys()}
    return EditionEntry(**{**values, "lead": Headline(**lead), **rest})  # type: ignore[arg-type]


def also(*names: str) -> tuple[OtherReport, ...]:
    """Further sources by name."""
    return tuple(OtherReport(source=name, link=f"https://{name.lower().replace(' ', '-')}.example/a") for name in names)


def edition(*sections: Section, **rest: object) -> Edition:
    """An edition of these sections."""
    values: dict[str, object] = {
        "id": "3f2a9c5d7e8b1a40",
        "title": "World Desk Digest",
        "format": Format.HTML,
        "language": "en",
        "timezone": "Europe/Berlin",
        "window": Window(start=END - timedelta(days=1), end=END),
        "sections": sections,
        "topic_titles": (("syria", "Syria"), ("iran", "Iran"), ("sanctions", "Sanctions")),
        "reports": 41,
        "sources": 18,
    }
    return Edition(**{**values, **rest})  # type: ignore[arg-type]


def section(topic: str, title: str, *entries: EditionEntry, total: int = 0) -> Section:
    """A topic's section."""
    return Section(topic=topic, title=title, entries=entries, total=total or len(entries))


def _syria() -> Section:
    """Three of nine stories, one of them updated, one in Persian."""
    return section(
        "syria",
        "Syria",
        story(
            1,
            "Shelling south of Aleppo strains the truce as envoys return to Geneva",
            "Both sides traded fire along the southern front hours before indirect talks were due to resume.",
            source="Harbour Wire",
            link="https://www.harbourwire.example/world/aleppo-truce",
            others=also("The Courier", "Meridian", "Levant Post"),
            updated=True,
        ),
        story(
            2,
            "Parliamentary vote goes ahead in government-held areas",
            "The opposition calls the ballot a sham; Moscow says it avoids a legal vacuum.",
            others=also("Meridian", "Morning Ledger"),
        ),
        story(
            3,
            "اعزام نیروهای ویژه ارتش ایران به سوریه تأیید شد",
            "ارتش ایران می‌گوید تیپ ۶۵ را به‌عنوان مستشار به سوریه فرستاده است.",
            source="پیک خبر",
            link="https://peyk.example/news/65",
            language="fa",
            tags=("iran",),
            others=also("Meridian"),
        ),
        total=9,
    )


def _iran() -> Section:
    """Two of seven stories, the first with more sources than are named."""
    return section(
        "iran",
        "Iran",
        story(
            4,
            "Quds Force commander is back in Moscow despite a U.N. travel ban",
            "Two officials say Soleimani flew in for talks on air defences and Syria, his second trip since July.",
            source="Harbour Wire",
            link="https://harbourwire.example/world/moscow-trip",
            tags=("syria", "sanctions"),
            others=also("Meridian", "Morning Ledger", "Levant Post", "Gulf Daily", "East Review", "North Star", "Tide"),
        ),
        story(
            5,
            "Zarif presses Europe on bank access three months after sanctions relief",
            "Tehran says large lenders still turn Iranian business away for fear of U.S. penalties.",
            source="Morning Ledger",
            published=END - timedelta(hours=30),
            tags=("sanctions",),
        ),
        total=7,
    )


def _sanctions() -> Section:
    """Both stories, the second without a line and nine days old."""
    return section(
        "sanctions",
        "Sanctions",
        story(
            6,
            "Treasury names two airline agents and six firms over military flights",
            "The designations freeze any U.S. assets; companies in Britain and the Emirates are among them.",
            source="Federal Gazette",
            published=END - timedelta(hours=16),
            tags=("iran",),
        ),
        story(
            7,
            "Council renews human-rights listings for a year",
            source="council.example",
            link="https://www.council.example/press/listings",
            published=END - timedelta(days=9),
        ),
    )


def day() -> Edition:
    """A realistic day: three topics, seven stories, one of them in Persian."""
    return edition(_syria(), _iran(), _sanctions(), link="https://news.example.org")


def hostile() -> Edition:
    """A day on which every outside string means harm."""
    return edition(
        section(
            "x",
            "<script>alert(1)</script> & Co\r\nBcc: eve@example.net",
            story(
                1,
                "=?utf-8?q?a=0D=0ABcc:_eve@example.net?= tail\r\nBcc: eve@example.net\u2028x\x0b\x00",
                "{{7*7}} <img src=x onerror=alert(1)> \ue000address\ue001 \u202egnp.exe",
                source='"><script>alert(1)</script>',
                link="javascript:alert(1)",
                others=(OtherReport(source="<b>", link='https://x.example/"onmouseover="alert(1)'),),
            ),
            story(2, LONG_WORD, LONG_WORD, link=LONG_URL, source=LONG_WORD),
            story(3, LONG_URL, LONG_URL, link="https://user:pw@evil.example/", tags=("x", "unknown")),
            story(4, "", "", link="", source=""),
        ),
        title="=?utf-8?b?QmNjOiB4?= <b>\r\n.\r\nFrom me",
        topic_titles=(("x", "<i>\ue000unsubscribe\ue001</i>"),),
    )


def arabic() -> Edition:
    """An edition in Arabic, with a story in English among its own."""
    return edition(
        section(
            "syria",
            "سوريا",
            story(
                1,
                "قصف جنوب حلب يهدد الهدنة مع عودة المبعوثين إلى جنيف",
                "تبادل الطرفان إطلاق النار على الجبهة الجنوبية قبل ساعات من استئناف المحادثات غير المباشرة.",
                source="بريد المشرق",
                link="https://mashriq.example/a/1",
                language="ar",
                others=also("Meridian", "Levant Post"),
                tags=("iran",),
            ),
            story(
                2,
                "Parliamentary vote goes ahead in government-held areas",
                "The opposition calls the ballot a sham; Moscow says it avoids a legal vacuum.",
                published=END - timedelta(hours=20),
            ),
            total=11,
        ),
        section(
            "iran",
            "إيران",
            story(
                3,
                "طهران: مصارف كبرى ما زالت ترفض التعامل معنا",
                "يقول مسؤولون إن الخوف من العقوبات الأمريكية يمنع البنوك الأوروبية من فتح الحسابات.",
                source="بريد المشرق",
                link="https://mashriq.example/a/3",
                language="ar",
                updated=True,
            ),
        ),
        title="نشرة المشرق",
        language="ar",
        timezone="Asia/Beirut",
        topic_titles=(("syria", "سوريا"), ("iran", "إيران")),
        link="https://news.example.org",
        reports=14,
        sources=5,
    )


def quiet() -> Edition:
    """A day without news."""
    return edition(reports=0, sources=0)


def large(stories: int = 100) -> Edition:
    """Many stories, as the benchmark renders them."""
    base = day().entries
    every = tuple(
        replace(one, number=at + 1, story=at, lead=replace(one.lead, title=f"{one.lead.title} ({at + 1})"))
        for at, one in ((at, base[at % len(base)]) for at in range(stories))
    )
    third = -(-stories // 3)
    return edition(
        section("syria", "Syria", *every[:third]),
        section("iran", "Iran", *every[third : 2 * third]),
        section("sanctions", "Sanctions", *every[2 * third :], total=stories),
        link="https://news.example.org",
    )
