"""What `preview` shows: a page in the browser, a file, the text part, or the reasons."""

from pathlib import Path
from tempfile import mkdtemp

from digest.mail.message.placeholders import PLACEHOLDER
from digest.mail.render.jinja import renderer_of
from digest.mail.render.proof import prove
from digest.model import Edition
from digest.settings.core.shape import Settings

#: What stands where a recipient's own values go.
_EXAMPLE = {
    "address": "you@example.org",
    "unsubscribe": "mailto:desk@example.org?subject=unsubscribe",
    "unsubscribe_mail": "mailto:desk@example.org?subject=unsubscribe",
    "preferences": "mailto:desk@example.org?subject=preferences",
}


def shown(settings: Settings, edition: Edition, *, text: bool = False) -> tuple[str, str]:
    """The edition's subject, and its page (or text part) as an example's recipient would get it.

    RenderError: a template is wrong, or makes no mail.
    """
    rendered = renderer_of(settings).render(edition)
    prove(rendered, edition, settings)
    part = rendered.text if text or rendered.html is None else rendered.html
    return rendered.subject, PLACEHOLDER.sub(
        lambda placeholder: _EXAMPLE.get(placeholder[1].partition(":")[0], ""), part
    )


def aside(page: str) -> Path:
    """Put a page where a browser can open it."""
    file = Path(mkdtemp(prefix="digest-preview-")) / "digest.html"
    file.write_text(page, encoding="utf-8")
    return file


def reasons(edition: Edition) -> str:
    """Each story with the parts of its rank."""
    lines = []
    for section in edition.sections:
        lines.append(f"{section.title} ({len(section.entries)} of {section.total})")
        for entry in section.entries:
            parts = "  ".join(f"{name} {value:.2f}" for name, value in entry.rank)
            lines.append(f"  {entry.number:>3}  {entry.lead.title}\n       {parts}")
    return "\n".join(lines)
