"""What `preview` shows: a page in the browser, a file, the text part, or the reasons."""

import webbrowser
from pathlib import Path
from tempfile import mkdtemp

import click

from digest.cli.printing import note
from digest.mail.jinja import JinjaRenderer
from digest.mail.marks import MARK
from digest.model import Edition
from digest.settings.shape import Settings

#: What stands where a recipient's own values go.
_EXAMPLE = {
    "address": "you@example.org",
    "unsubscribe": "mailto:desk@example.org?subject=unsubscribe",
    "unsubscribe_mail": "mailto:desk@example.org?subject=unsubscribe",
    "preferences": "mailto:desk@example.org?subject=preferences",
}


def as_page(settings: Settings, edition: Edition, *, text: bool, out: Path | None) -> None:
    """Render the edition and put it where it can be read."""
    overrides = settings.path / "templates" if settings.path and settings.path.is_dir() else None
    rendered = JinjaRenderer(settings.theme, overrides=overrides).render(edition)
    part = rendered.text if text or rendered.html is None else rendered.html
    page = MARK.sub(lambda mark: _EXAMPLE.get(mark[1].partition(":")[0], ""), part)
    if out is not None:
        out.write_text(page, encoding="utf-8")
        note(f"written to {out}")
    elif text or rendered.html is None:
        click.echo(page)
    else:
        file = Path(mkdtemp(prefix="digest-preview-")) / "digest.html"
        file.write_text(page, encoding="utf-8")
        note(f"subject: {rendered.subject}")
        note(f"written to {file}")
        webbrowser.open(file.as_uri())


def reasons(edition: Edition) -> str:
    """Each story with the parts of its rank."""
    lines = []
    for section in edition.sections:
        lines.append(f"{section.title} ({len(section.stories)} of {section.total})")
        for story in section.stories:
            parts = "  ".join(f"{name} {value:.2f}" for name, value in story.rank)
            lines.append(f"  {story.number:>3}  {story.title}\n       {parts}")
    return "\n".join(lines)
