"""The demo's sample feeds are served as a publisher would serve them, and hold what the demo is to show."""

import aiohttp
import feedparser
import pytest

from digest.demo.catalogue import DEMO_NOW, GONE, SAMPLES, SUBSCRIBERS
from digest.demo.server import serve


async def test_every_sample_is_served_with_validators() -> None:
    """Each sample feed answers 200 with an ETag and a Last-Modified."""
    async with serve() as site, aiohttp.ClientSession() as session:
        for feed, sample in zip(site.feeds, SAMPLES, strict=False):
            async with session.get(feed.url) as answer:
                assert answer.status == 200, feed.id
                assert answer.content_type == sample.content_type
                assert answer.headers["ETag"].startswith('"')
                assert answer.headers["Last-Modified"] == "Sun, 17 Apr 2016 04:45:00 GMT"


@pytest.mark.parametrize(
    ("request_header", "answer_header"), [("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified")]
)
async def test_either_validator_brings_304(request_header: str, answer_header: str) -> None:
    """Whoever sends back either validator gets a 304 without a body."""
    async with serve() as site, aiohttp.ClientSession() as session:
        for feed in site.feeds[:-1]:
            async with session.get(feed.url) as first:
                validator = first.headers[answer_header]
            async with session.get(feed.url, headers={request_header: validator}) as second:
                assert (second.status, await second.read()) == (304, b"")


async def test_another_etag_wins_over_the_date() -> None:
    """A feed with another ETag is sent again, whatever If-Modified-Since says (RFC 9110 13.2.2)."""
    async with serve() as site, aiohttp.ClientSession() as session:
        headers = {"If-None-Match": '"old"', "If-Modified-Since": "Sun, 17 Apr 2016 04:45:00 GMT"}
        async with session.get(site.feeds[0].url, headers=headers) as answer:
            assert answer.status == 200


async def test_one_feed_is_gone() -> None:
    """The last feed answers 404, so that the demo shows that one bad feed never stops the rest."""
    async with serve() as site, aiohttp.ClientSession() as session:
        assert site.feeds[-1].id == GONE.id
        async with session.get(site.feeds[-1].url) as answer:
            assert answer.status == 404


async def test_the_sites_feeds_are_marked_private() -> None:
    """The fetcher may reach the sample feeds although they are on loopback."""
    async with serve() as site:
        assert all(feed.private and feed.url.startswith(site.base_url) for feed in site.feeds)


async def test_two_sites_can_be_served_at_once() -> None:
    """The demo takes a free port, so that two people on one machine can run it."""
    async with serve() as one, serve() as other:
        assert one.base_url != other.base_url


async def test_the_xml_samples_are_well_formed_feeds() -> None:
    """Every XML sample is a feed that feedparser reads without complaint."""
    async with serve() as site, aiohttp.ClientSession() as session:
        for feed in site.feeds[:-1]:
            if feed.url.endswith(".json"):
                continue
            async with session.get(feed.url) as answer:
                document = feedparser.parse(await answer.read())
            assert not document.bozo, feed.id
            assert document.entries, feed.id
            assert document.version, feed.id


def test_subscribers_differ_in_all_that_the_demo_shows() -> None:
    """The three subscribers have different topics, zones and addresses, both formats and two languages."""
    assert len({s.topics for s in SUBSCRIBERS}) == 3
    assert len({s.timezone for s in SUBSCRIBERS}) == 3
    assert len({s.format for s in SUBSCRIBERS}) == 2
    assert len({s.language for s in SUBSCRIBERS}) == 2
    assert all(s.mailbox.address.endswith(".example") for s in SUBSCRIBERS)
    assert DEMO_NOW.utcoffset() is not None
