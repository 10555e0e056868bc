"""The verbs to start with: demo, init, check."""

import asyncio
from pathlib import Path

import click

from digest.cli.printing import counted, note


@click.command()
@click.option(
    "--outbox", type=click.Path(path_type=Path, file_okay=False), default=Path("outbox"), help="Where messages go."
)
def demo(outbox: Path) -> None:
    """Show the main job on sample feeds: polled over HTTP, grouped, summed up, delivered to ./outbox."""
    from digest.demo.show import show

    shown = asyncio.run(show(outbox))
    polled = shown.polled
    note(
        f"polled {counted(polled.feeds, 'sample feed')} over HTTP: {counted(polled.items_new, 'new item')}, "
        f"{counted(shown.gathered.stories, 'story', 'stories')}"
    )
    for failure in polled.failures:
        note(f"  {failure.feed}: {failure.error} (the rest goes on)")
    for sent in shown.sent:
        if sent.file is None:
            click.echo(f"{sent.subscriber.mailbox.address}: nothing new")
            continue
        zone = sent.subscriber.timezone
        what = f"{counted(sent.stories, 'story', 'stories')} under {', '.join(sent.topics)}"
        click.echo(f"{sent.subscriber.mailbox.address} ({sent.subscriber.send} {zone}): {what}: {sent.file}")
    note(
        f"Open the .html files in {shown.outbox.resolve()} with a browser; the .eml files are the messages themselves."
    )
    note("Your own in five minutes: `digest init`, then `digest poll` and `digest preview`.")
