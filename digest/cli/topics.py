"""The verb topics: what came under each, why a text belongs to one, what an edit changes."""

from datetime import timedelta
from typing import TYPE_CHECKING

import click

from digest.app import Installation, queries
from digest.cli.parameters import DURATION
from digest.cli.printing import counted, json_option, note, print_json, say, table
from digest.cli.program import Invocation
from digest.model import Item, Match, TopicScore

if TYPE_CHECKING:
    from digest.app.replaying import Replay


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def topics(ctx: click.Context, *, as_json: bool) -> None:
    """Counts of reports and stories per topic, over the last day and week."""
    if ctx.invoked_subcommand is not None:
        return

    async def action(app: Installation) -> list[tuple[str, str, tuple[int, int], tuple[int, int]]]:
        return await queries.topic_counts(app)

    rows = ctx.ensure_object(Invocation).run(action, read_only=True)
    if as_json:
        print_json(
            [
                {
                    "topic": name,
                    "title": title,
                    "items_24h": day[0],
                    "stories_24h": day[1],
                    "items_7d": week[0],
                    "stories_7d": week[1],
                }
                for name, title, day, week in rows
            ]
        )
        return
    shown = [(name, title, *day, *week) for name, title, day, week in rows]
    say(table(shown, ("topic", "title", "items/24h", "stories/24h", "items/7d", "stories/7d")))


@topics.command("test", short_help="Which term matched, and where it is written.")
@click.argument("text", nargs=-1, required=True)
@json_option
@click.pass_context
def topics_test(ctx: click.Context, text: tuple[str, ...], *, as_json: bool) -> None:
    """Which topics a TEXT, or the stored item with this URL, belongs to, and why."""
    words = " ".join(text)
    found = ctx.ensure_object(Invocation).run(lambda app: queries.test_topics(app, words), read_only=True)
    if as_json:
        print_json(
            [
                {
                    "topic": score.topic,
                    "score": round(score.score, 3),
                    "matches": [_match(match) for match in score.matches],
                }
                for score in found
            ]
        )
        return
    if not found:
        say("no topic")
    for score in found:
        say(f"{score.topic}  {score.score:.2f}")
        for match in score.matches:
            where = match.where or "no place"
            say(f"    {match.text!r} in the {match.field}: {match.term} ({match.weight:+.2f}), {where}")


def _match(match: Match) -> dict[str, object]:
    return {
        "term": match.term,
        "text": match.text,
        "field": match.field,
        "weight": match.weight,
        "where": match.where,
    }


@topics.command("replay", short_help="What edited topics add and drop among stored items.")
@click.option("--since", type=DURATION, default="30d", metavar="30d", help="Items first seen since then.")
@click.option("--topic", "only", multiple=True, metavar="TOPIC", help="Only this topic (repeatable).")
@click.option("--limit", type=click.IntRange(0), default=50, help="Show so many of each topic.")
@json_option
@click.pass_context
def topics_replay(ctx: click.Context, since: timedelta, only: tuple[str, ...], limit: int, *, as_json: bool) -> None:
    """What the topics as written now add and drop among stored items, and why; nothing is changed."""
    from digest.app.replaying import replay

    found = ctx.ensure_object(Invocation).run(lambda app: replay(app, since=since, topics=only), read_only=True)
    names = sorted({*found.before, *found.after, *only})
    if as_json:
        print_json({"items": found.items, "topics": [_replayed(found, name) for name in names]})
        return
    for name in names:
        added, dropped = _of(found.added, name), _of(found.dropped, name)
        say(
            f"{name}: {found.before.get(name, 0):,} -> {found.after.get(name, 0):,} of {counted(found.items, 'item')} "
            f"(+{len(added)} -{len(dropped)})"
        )
        for sign, some in (("+", added), ("-", dropped)):
            for item, score in some[:limit]:
                say(f"  {sign} {item.published:%Y-%m-%d}  {item.title}  [{item.feed}]")
                say(f"      {_why(score)}")
            if len(some) > limit:
                say(f"  {sign} ... and {len(some) - limit:,} more")
    note("nothing was changed: the next `digest poll` matches the stored items anew")


def _of(pairs: tuple[tuple[Item, TopicScore], ...], name: str) -> list[tuple[Item, TopicScore]]:
    return [(item, score) for item, score in pairs if score.topic == name]


def _why(score: TopicScore) -> str:
    """The reasons on one line, the strongest first."""
    said = [f"{match.text!r} in the {match.field} ({match.where or match.term})" for match in score.matches[:3]]
    return f"{score.score:.2f}: {', '.join(said)}"


def _replayed(found: "Replay", name: str) -> dict[str, object]:
    return {
        "topic": name,
        "before": found.before.get(name, 0),
        "after": found.after.get(name, 0),
        "added": [_change(item, score) for item, score in _of(found.added, name)],
        "dropped": [_change(item, score) for item, score in _of(found.dropped, name)],
    }


def _change(item: Item, score: TopicScore) -> dict[str, object]:
    return {
        "title": item.title,
        "link": item.link,
        "feed": item.feed,
        "published": item.published,
        "score": round(score.score, 3),
        "matches": [_match(match) for match in score.matches],
    }
