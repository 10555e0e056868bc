"""Documents into items."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from digest.errors import ParseError
from digest.feeds.parse.document import parse
from digest.model import Feed, item_id
from digest.ports import Document, ParsedFeed

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
FEED = Feed(id="wire", url="https://wire.example/feeds/rss")
NOTHING: Mapping[str, str] = {}


def read(
    body: str | bytes,
    *,
    content_type: str = "",
    language: str = "",
    feed: Feed = FEED,
    unchanged: Mapping[str, str] = NOTHING,
) -> ParsedFeed:
    """Parse a body as if it came from the feed's address."""
    data = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    document = Document(body=data, url=feed.url, content_type=content_type, content_language=language)
    return parse(document, feed, NOW, unchanged)


def rss(items: str, *, head: str = "<title>Wire</title>") -> str:
    """An RSS 2.0 document."""
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'


def atom(entries: str, *, attributes: str = "", head: str = "<title>Wire</title>") -> str:
    """An Atom document."""
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}>{head}{entries}</feed>'


def memory(parsed: ParsedFeed) -> dict[str, str]:
    """What a poll hands back at the next one."""
    return {fingerprint: key for key, fingerprint in parsed.fingerprints}


def test_an_rss_item_becomes_an_item() -> None:
    """Every field of an RSS item arrives cleaned, dated in UTC and identified by its guid."""
    found = read(
        rss(
            "<item><guid isPermaLink='false'>a1</guid><title>Talks &amp;amp; terms</title>"
            "<link>/story?id=1&amp;utm_source=rss</link><description>&lt;p&gt;One&lt;/p&gt;&lt;p&gt;two&lt;/p&gt;"
            "</description><pubDate>Mon, 02 Mar 2026 09:30:00 +0200</pubDate><category>World</category>"
            "<author>a@wire.example (Ana Ruiz)</author></item>",
            head="<title>Wire</title><link>https://wire.example/</link><language>en-GB</language>",
        )
    )
    (item,) = found.items
    assert (item.id, item.key) == (item_id("wire", "a1"), "a1")
    assert (item.title, item.summary, item.link) == ("Talks & terms", "One two", "https://wire.example/story?id=1")
    assert item.published == datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
    assert (item.publisher, item.language, item.categories) == ("Wire", "en-gb", ("World",))
    assert item.authors == ("Ana Ruiz",)
    assert (found.title, found.link, found.shown) == ("Wire", "https://wire.example/", ("a1",))
    assert found.warnings == ()


def test_an_atom_entry_becomes_an_item() -> None:
    """Links resolve against xml:base, `xml:lang` nearest to the words counts, an XHTML text becomes plain."""
    found = read(
        atom(
            "<entry xml:lang='de'><id>tag:wire.example,2026:1</id>"
            "<title type='html'>&lt;b&gt;Gespräche&lt;/b&gt;</title>"
            "<link rel='enclosure' href='a.mp3'/><link href='story/1'/><published>2026-03-01T08:00:00Z</published>"
            "<updated>2026-03-02T08:00:00Z</updated><author><name>Bo</name></author><author><name>Cy</name></author>"
            "<summary>Kurz</summary><content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>Eins</p>"
            "<p>zwei</p></div></content><category term='w' label='Welt'/></entry>",
            attributes="xml:lang='en' xml:base='https://wire.example/base/'",
        )
    )
    (item,) = found.items
    assert (item.title, item.summary, item.body) == ("Gespräche", "Kurz", "Eins zwei")
    assert item.link == "https://wire.example/base/story/1"
    assert (item.authors, item.categories, item.language) == (("Bo", "Cy"), ("Welt",), "de")
    assert item.published == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert item.updated == datetime(2026, 3, 2, 8, tzinfo=UTC)


def test_an_rdf_item_becomes_an_item() -> None:
    """RSS 1.0 with Dublin Core is read, its `rdf:about` being the id."""
    (item,) = read(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://wire.example/"><title>Wire</title>'
        '</channel><item rdf:about="https://wire.example/1"><title>Talks</title><link>https://wire.example/1</link>'
        "<dc:date>2026-03-01T08:00:00+01:00</dc:date><dc:creator>Ana</dc:creator></item></rdf:RDF>"
    ).items
    assert (item.key, item.authors) == ("https://wire.example/1", ("Ana",))
    assert item.published == datetime(2026, 3, 1, 7, tzinfo=UTC)


# Identity


def test_the_key_is_the_guid_as_written() -> None:
    """A relative guid is kept as it stands, so that a feed that moves keeps its items; its link is resolved."""
    document = rss("<item><guid>/story/1</guid><title>Talks</title></item>")
    (here,) = read(document).items
    (there,) = read(document, feed=Feed(id="wire", url="https://new.example/feed")).items
    assert here.key == there.key == "/story/1"
    assert here.link == "https://wire.example/story/1"


def test_without_a_guid_the_key_is_link_and_date() -> None:
    """A link that is used again for another story on another day is another item; trackers make no difference."""
    one = "<item><title>A</title><link>https://wire.example/live?utm_source=%s</link><pubDate>%s</pubDate></item>"
    first = read(rss(one % ("x", "Mon, 02 Mar 2026 07:00:00 GMT"))).items[0]
    same = read(rss(one % ("y", "Mon, 02 Mar 2026 08:00:00 +0100"))).items[0]
    next_day = read(rss(one % ("x", "Sun, 01 Mar 2026 07:00:00 GMT"))).items[0]
    assert first.key == same.key == "https://wire.example/live 2026-03-02T07:00:00+00:00"
    assert next_day.key != first.key


def test_without_guid_and_date_the_key_is_link_and_title() -> None:
    """The title's hash tells entries of one link apart, and is the same at the next poll."""
    document = rss("".join(f"<item><title>{word}</title><link>/live</link></item>" for word in ("War", "Peace")))
    assert len(read(document).items) == 2
    assert read(document).shown == read(document).shown


def test_a_key_does_not_move_with_the_clock() -> None:
    """A date in the future counts as none, but the key stays the same."""
    document = rss("<item><title>A</title><link>/a</link><pubDate>Sun, 02 Mar 2036 07:00:00 GMT</pubDate></item>")
    (item,) = read(document).items
    later = parse(Document(body=document.encode(), url=FEED.url), FEED, NOW + timedelta(days=1))
    assert not item.dated
    assert later.shown == (item.key,)


def test_links_that_only_count_entries_identify_nothing() -> None:
    """Where links are places in a list (`news_1.html`, ...), a story that moves up the list stays the same item."""

    def listing(*titles: str) -> str:
        return rss(
            "".join(
                f"<item><title>{title}</title><link>https://wire.example/news_{place}.html</link>"
                f"<pubDate>Mon, 02 Mar 2026 0{ord(title[0]) % 7}:00:00 GMT</pubDate></item>"
                for place, title in enumerate(titles, start=1)
            )
        )

    before = read(listing("Aleppo", "Berlin", "Cairo", "Doha", "Erbil"))
    after = read(listing("Faw", "Aleppo", "Berlin", "Cairo", "Doha"), unchanged=memory(before))
    assert set(after.shown) - set(before.shown) == {after.items[0].key}
    assert after.items[0].title == "Faw"


def test_entries_that_share_a_guid_are_told_apart() -> None:
    """A guid on different entries does not swallow them; one entry listed twice, or revised, stays one."""
    document = rss(
        "".join(
            f"<item><guid>https://wire.example/hall</guid><title>{title}</title></item>"
            for title in ("Opening night at eight", "Jazz on Friday", "Jazz on Friday")
        )
    )
    parsed = read(document)
    assert [item.title for item in parsed.items] == ["Opening night at eight", "Jazz on Friday"]
    revised = rss(
        "<item><guid>1</guid><title>Ten dead</title></item>"
        "<item><guid>1</guid><title>Ten dead, mayor says</title></item>"
    )
    assert read(revised).shown == ("1",)


def test_a_new_entry_under_a_known_guid_is_found() -> None:
    """Where a new entry has the guid of a known one, both titles are looked at: another entry is not lost."""
    first = "<item><guid>hall</guid><title>Opening night at eight</title></item>"
    before = read(rss(first))
    after = read(rss("<item><guid>hall</guid><title>Jazz on Friday</title></item>" + first), unchanged=memory(before))
    assert [item.title for item in after.items] == ["Jazz on Friday"]
    assert before.shown[0] in after.shown


def test_only_what_is_new_is_read_again() -> None:
    """Entries whose bytes did not change are shown, not given; counters and thumbnails are no change."""
    entry = "<item><guid>{0}</guid><title>T{0}</title><slash:comments>{1}</slash:comments></item>"
    head = '<title>Wire</title><x xmlns:slash="http://purl.org/rss/1.0/modules/slash/"/>'.replace("<x ", "<generator ")

    def listing(*entries: tuple[int, int]) -> str:
        text = rss("".join(entry.format(*one) for one in entries), head=head)
        return text.replace("<rss ", '<rss xmlns:slash="http://purl.org/rss/1.0/modules/slash/" ')

    before = read(listing((1, 0), (2, 0)))
    after = read(listing((3, 0), (1, 7), (2, 0)), unchanged=memory(before))
    assert [item.key for item in after.items] == ["3"]
    assert after.shown == ("3", "1", "2")
    assert read(listing((3, 0), (1, 9), (2, 1)), unchanged=memory(after)).items == ()


def test_a_feed_of_which_all_is_known_is_still_a_feed() -> None:
    """Where the root names no version, entries alone show that it is a feed: known ones count."""
    document = "<channel><title>Wire</title><item><guid>1</guid><title>T</title></item></channel>"
    before = read(document)
    assert read(document, unchanged=memory(before)).shown == before.shown == ("1",)


def test_a_changed_entry_is_read_again_under_its_key() -> None:
    """A correction comes back with the key that it had."""
    before = read(rss("<item><guid>1</guid><title>Ten dead</title></item>"))
    (item,) = read(rss("<item><guid>1</guid><title>Nine dead</title></item>"), unchanged=memory(before)).items
    assert (item.key, item.title) == ("1", "Nine dead")


def test_a_change_of_the_root_is_a_change_of_all() -> None:
    """Namespaces, base and language on the root bear on every entry: none is taken for known."""
    entries = "<entry><id>1</id><title>T</title><link href='a'/></entry>"
    before = read(atom(entries, attributes="xml:base='https://wire.example/'"))
    after = read(atom(entries, attributes="xml:base='https://new.example/'"), unchanged=memory(before))
    assert [item.link for item in after.items] == ["https://new.example/a"]


# Dates, publisher, language


def test_missing_dates_are_filled_in() -> None:
    """A missing or unreadable date becomes now; an Atom entry without `published` has its update's."""
    dates = ("", "soon", "Thu, 01 Jan 1970 00:00:00 GMT")
    items = "".join(
        f"<item><guid>{n}</guid><title>T</title><pubDate>{date}</pubDate></item>" for n, date in enumerate(dates)
    )
    assert {item.published for item in read(rss(items)).items} == {NOW}
    (item,) = read(atom("<entry><id>1</id><title>T</title><updated>2026-03-01T00:00:00Z</updated></entry>")).items
    assert item.published == datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "source", "name", "publisher", "title"),
    [
        ("Talks", "", None, "Wire", "Talks"),
        ("Talks", "", "The Wire", "The Wire", "Talks"),
        ("Talks fail - Daily Post", "Daily Post", None, "Daily Post", "Talks fail"),
        ("Talks fail – daily post", "Daily Post", "Agg", "Daily Post", "Talks fail"),
        ("Talks - what now", "Daily Post", None, "Daily Post", "Talks - what now"),
        ("Talks - Wire", "Wire", None, "Wire", "Talks - Wire"),
    ],
)
def test_the_publisher_is_who_published_it(
    written: str, source: str, name: str | None, publisher: str, title: str
) -> None:
    """An aggregator's source comes before the feed's name, and its name goes from the end of the title."""
    entry = f"<title>{written}</title>" + (f"<source url='https://p.example'>{source}</source>" if source else "")
    (item,) = read(rss(f"<item><guid>1</guid>{entry}</item>"), feed=Feed(id="wire", url=FEED.url, name=name)).items
    assert (item.publisher, item.title) == (publisher, title)


def test_the_publisher_of_an_atom_aggregator_is_its_source() -> None:
    """Atom's `source` names the feed that an entry came from."""
    entry = "<entry><id>1</id><title>T</title><source><id>s</id><title>Daily Post</title></source></entry>"
    assert read(atom(entry)).items[0].publisher == "Daily Post"


def test_a_language_is_taken_from_the_nearest_word_on_it() -> None:
    """Item, feed, HTTP header, then the script of the words; nothing where nobody says."""
    item = "<item><guid>1</guid><title>{}</title></item>"
    in_item = '<item xmlns:dc="http://purl.org/dc/elements/1.1/"><guid>1</guid><title>T</title><dc:language>FR_fr</dc:language></item>'
    head = "<title>Wire</title><language>en-US</language>"
    assert read(rss(in_item, head=head)).items[0].language == "fr-fr"
    assert read(rss(item.format("T"), head=head)).items[0].language == "en-us"
    assert read(rss(item.format("T")), language="de, en").items[0].language == "de"
    assert read(rss(item.format("گفتگوهای چهارجانبه"))).items[0].language == "fa"
    assert read(rss(item.format("T"))).items[0].language == ""


def test_an_entry_without_a_title_is_called_by_its_first_words() -> None:
    """Microblogs have no titles: the text's beginning, else the link, stands for one."""
    (item,) = read(rss(f"<item><guid>1</guid><description>{'word ' * 40}</description></item>")).items
    assert item.title.startswith("word word")
    assert len(item.title) <= 80
    assert read(rss("<item><link>/a</link></item>")).items[0].title == "https://wire.example/a"
    assert read(rss("<item></item>")).items == ()


def test_a_caption_is_not_the_summary() -> None:
    """The description of a picture stays with the picture."""
    media = 'xmlns:media="http://search.yahoo.com/mrss/"'
    (item,) = read(
        rss(
            f"<item {media}><guid>1</guid><title>T</title><media:content url='x'>"
            "<media:description>A man.</media:description><media:title>Photo</media:title>"
            "</media:content><description>Talks end.</description></item>"
        )
    ).items
    assert (item.title, item.summary, item.body) == ("T", "Talks end.", "")


def test_hints_and_retractions_are_read() -> None:
    """`ttl`, `skipHours`, `skipDays` and RFC 6721's deleted entries are handed on."""
    skipped = "<skipHours><hour>0</hour><hour>24</hour></skipHours><skipDays><day>Sunday</day></skipDays>"
    head = f"<title>Wire</title><ttl>30</ttl>{skipped}"
    hints = read(rss("", head=head)).hints
    assert hints.every == timedelta(minutes=30)
    assert (hints.skip_hours, hints.skip_days) == (frozenset({0}), frozenset({"sunday"}))
    gone = (
        '<at:deleted-entry xmlns:at="http://purl.org/atompub/tombstones/1.0" ref="tag:1" when="2026-03-01T00:00:00Z"/>'
    )
    assert read(atom(gone)).retracted == ("tag:1",)


# What is wrong with a document


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "the document is empty"),
        (b" \n", "the document is empty"),
        (b"<!DOCTYPE html><html><head><title>x</title></head></html>", "a web page, not a feed, and it names no feed"),
        (
            b"<html><head><link rel='alternate' type='application/rss+xml' href='/feed.xml'></head></html>",
            "it names this feed: https://wire.example/feed.xml",
        ),
        (b"Not found", "this is not a feed"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "this is XML, but not a feed"),
        (b"<opml version='2.0'><body/></opml>", "this is XML, but not a feed"),
        (b"{", "broken JSON"),
        (b'{"a": 1}', "not a JSON Feed"),
        (b"%PDF-1.4", "this is not a feed"),
    ],
)  # fmt: skip
def test_what_is_no_feed_is_named(body: bytes, sentence: str) -> None:
    """The error says what the document is instead, and where the feed may be."""
    with pytest.raises(ParseError, match=sentence):
        read(body)


def test_a_document_that_was_cut_off_gives_its_whole_entries() -> None:
    """Half an entry is not stored: its title may be half a title."""
    whole = rss("".join(f"<item><guid>{n}</guid><title>Story number {n}</title></item>" for n in range(3)))
    cut = read(whole[: whole.index("number 2")])
    assert [item.key for item in cut.items] == ["0", "1"]
    assert "cut off" in cut.warnings[0]


MP3_LINK = "https://cdn.example/2.mp3"
MP3 = f"<enclosure url='{MP3_LINK}' length='1' type='audio/mpeg'/>"


@pytest.mark.parametrize(
    ("item", "link"),
    [
        (
            "<guid>-EnH75xLjtQ</guid><enclosure url='https://cdn.example/2.mp3' length='1' type='a/m'/>",
            "https://cdn.example/2.mp3",
        ),
        ("<enclosure url='/2.mp3'/><guid isPermaLink='false'>gid://a/1</guid>", "https://wire.example/2.mp3"),
        ("<enclosure url='https://cdn.example/2.mp3'/><guid>https://wire.example/2</guid>", "https://wire.example/2"),
        ("<enclosure url='https://cdn.example/2.mp3'/><link>https://wire.example/2</link>", "https://wire.example/2"),
        ("<guid>/news/1</guid><link>/news/1</link>", "https://wire.example/news/1"),
        ("<guid>-EnH75xLjtQ</guid>", ""),
        (f"<guid>urn:1</guid><link rel='x' href=''/>{MP3}", "https://cdn.example/2.mp3"),
        (
            f"<guid>urn:1</guid><media:group xmlns:media='http://search.yahoo.com/mrss/'><b/></media:group>{MP3}",
            MP3_LINK,
        ),
    ],
)
def test_an_entry_without_a_page_leads_to_what_it_plays(item: str, link: str) -> None:
    """A guid is a link only if it is an address; the enclosure is the last resort, and no part of the key."""
    (found,) = read(rss(f"<item><title>Episode</title>{item}</item>")).items
    assert found.link == link
    assert "cdn.example" not in found.key


BRIDGE = (
    "<item><title>Bridge returned error 404! (20681)</title><link>https://bridge.example/?_error_time=20681</link>"
    "<guid isPermaLink='false'>https://bridge.example/?_error_time=20681</guid><description>Details</description></item>"
)


@pytest.mark.parametrize(
    "items",
    [
        BRIDGE,
        BRIDGE + BRIDGE.replace("20681", "20682").replace("returned error", "error"),
        "<item><title>503 Service Unavailable</title></item>",
        "<item><title>Error fetching the feed: time-out</title></item>",
    ],
)
def test_a_feed_that_only_reports_its_own_failure_has_failed(items: str) -> None:
    """What stands in place of news is not news: the feed's failure is told in its words."""
    with pytest.raises(ParseError, match="reports its own failure in place of news: “"):
        read(rss(items))


def test_a_failure_reported_beside_news_is_left_out() -> None:
    """News stays, the complaint goes with a warning; a headline about errors is a headline."""
    found = read(rss(f"<item><title>Error 404: how a page lost its country</title></item>{BRIDGE}"))
    assert [item.title for item in found.items] == ["Error 404: how a page lost its country"]
    assert found.warnings == (
        "an entry in which the feed reports its own failure is left out: “Bridge returned error 404! (20681)”",
    )


def test_a_date_that_cannot_be_read_is_told() -> None:
    """It counts as undated, and a warning quotes it; no date at all, and one in the future, are not warning."""
    entry = "<item><title>{}</title><pubDate>{}</pubDate></item>".format
    found = read(rss(entry("a", "In the spring") + entry("b", "Mon, 02 Mar 2026 08:00 GMT") + entry("c", "")))
    assert [item.dated for item in found.items] == [False, True, False]
    assert found.warnings == ("1 of its dates cannot be used (“In the spring”): such entries count as undated",)
    assert read(rss(entry("a", "Mon, 02 Mar 2099 08:00 GMT"))).warnings == ()


def test_an_alert_leads_to_the_page_and_names_its_site() -> None:
    """A search's entry is the page that it found, published by that site, not by the search."""
    link = "https://www.google.com/url?rct=j&amp;url=https://gulf.example/oil%3Fid%3D1&amp;ct=ga"
    entry = f"<entry><id>tag:1</id><title type='html'>Oil &lt;b&gt;port&lt;/b&gt;</title><link href='{link}'/></entry>"
    (item,) = read(atom(entry, head="<title>Google Alert - oil</title>")).items
    assert (item.link, item.publisher, item.title) == ("https://gulf.example/oil?id=1", "gulf.example", "Oil port")


@pytest.mark.parametrize(
    "fault",
    ["<title>Caf&eacute; &amp; bar</title>", "<title>Caf\u00e9 \x0b&amp; bar</title>", "<title>Caf\u00e9 & bar</title>",
     "<title>Caf&eacute; & bar</b></title>"],
)  # fmt: skip
def test_malformed_documents_are_read_all_the_same(fault: str) -> None:
    """Undeclared entities, control characters, bare ampersands and wrong tags are no reason to lose an item."""
    (item,) = read(rss(f"<item><guid>1</guid>{fault}<link>/1</link></item>")).items
    assert (item.title, item.link) == ("Café & bar", "https://wire.example/1")


DOCUMENTS = [
    rss("<item><guid>1</guid><title>T &amp; U</title><link>/1</link></item>" * 2),
    atom("<entry><id>1</id></entry>"),
]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(DOCUMENTS), st.lists(st.tuples(st.integers(0, 250), st.binary(max_size=6)), max_size=6))
@example(DOCUMENTS[0], [(60, b"\xff\x00")])
@example(DOCUMENTS[0], [(140, b"\x00"), (183, b"S")])
def test_a_damaged_document_is_read_or_refused(document: str, damage: list[tuple[int, bytes]]) -> None:
    """No damage to a document makes reading fail in any other way than a ParseError; every key is there once."""
    body = bytearray(document.encode())
    for at, patch in damage:
        body[at : at + len(patch)] = patch
    try:
        parsed = read(bytes(body))
    except ParseError:
        return
    assert len(set(parsed.shown)) == len(parsed.shown)
    assert [item.key for item in parsed.items] == list(parsed.shown)
    assert read(bytes(body), unchanged=memory(parsed)).shown == parsed.shown


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
@example('<rss><a xmlns:b="c"')
@example("{{")
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text at all makes reading fail in any other way than a ParseError."""
    for document in (text, rss(text), rss(f"<item>{text}</item>"), atom(f"<entry><title>{text}</title></entry>")):
        try:
            read(document)
        except ParseError:
            pass
