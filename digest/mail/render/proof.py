"""Proves, with digests of made-up news, that templates make mail before anybody waits for it. Pure."""

from datetime import UTC, datetime, timedelta

from digest.mail.message.list_identity import Sending
from digest.mail.message.message import prepare
from digest.model import Edition, EditionEntry, Format, Headline, OtherReport, Rendered, Section, Window
from digest.ports import Renderer
from digest.settings.core.shape import Settings

#: A day on which every edition of a proof ends.
_END = datetime(2016, 4, 17, 5, tzinfo=UTC)


def prove(rendered: Rendered, edition: Edition, settings: Settings) -> None:
    """RenderError: these parts make no message, since a template broke a placeholder or left out the way out."""
    sending = Sending.of(settings, key=bytes(32))
    prepare(rendered, edition_id=edition.id, date=edition.window.end, sending=sending)


def prove_templates(renderer: Renderer, settings: Settings) -> None:
    """Render digests of all forms: with stories and without, as HTML and as text. RenderError: one makes no mail."""
    for sections in (_sections(settings), ()):
        for form in Format:
            edition = _edition(settings, sections, form)
            prove(renderer.render(edition), edition, settings)


def _edition(settings: Settings, sections: tuple[Section, ...], form: Format) -> Edition:
    topics = tuple(topic.id for topic in settings.topics)
    return Edition(
        id="0" * 32,
        title=settings.digest.title,
        link=settings.digest.link,
        format=form,
        language="en",
        timezone="UTC",
        window=Window(start=_END - timedelta(days=1), end=_END),
        sections=sections,
        topics=topics,
        topic_titles=tuple((topic.id, topic.title) for topic in settings.topics),
        reports=2 * len(sections),
        sources=2 * len(sections),
    )


def _sections(settings: Settings) -> tuple[Section, ...]:
    """A section a topic, each with a story that has everything and one that has nothing but its title."""
    sections: list[Section] = []
    for topic in settings.topics:
        number = 2 * len(sections) + 1
        full = EditionEntry(
            story=number,
            number=number,
            lead=Headline(
                title="Ministers agree on grain transit",
                link="https://wire.example/grain",
                source="Wire",
                published=_END - timedelta(hours=2),
                language="en",
            ),
            line="Nine states sign the accord after a night of talks.",
            others=(OtherReport(source="Courier", link="https://courier.example/accord"),),
            sources=2,
            tags=tuple(other.id for other in settings.topics if other is not topic),
            updated=True,
        )
        bare = EditionEntry(
            story=number + 1,
            number=number + 1,
            lead=Headline(title="Harbour reopens", link="", source="", published=None),
            line="",
        )
        sections.append(Section(topic=topic.id, title=topic.title, entries=(full, bare), total=9))
    return tuple(sections)
