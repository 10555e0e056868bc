"""The "E-mail this link" of a story opens a letter that is ready but for its recipient."""

from urllib.parse import parse_qs, urlsplit

from hypothesis import example, given
from hypothesis import strategies as st

from digest.mail.render.mailto import LIMIT, email_link

LINK = "https://courier.example/2016/04/14/story?a=1&b=%D8%A7#part"
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)


def letter(uri: str) -> tuple[str, str]:
    """Subject and body as a mail program fills them in (RFC 6068: "+" is itself)."""
    fields = parse_qs(urlsplit(uri).query.replace("+", "%2B"), keep_blank_values=True)
    return fields.get("subject", [""])[0], fields["body"][0]


def test_it_is_filled_in_but_for_the_recipient() -> None:
    """To is empty; the subject is the title; the body holds title, line and link on lines of their own."""
    uri = email_link(title="Truce & talks: 50% + more?", line="Both sides met.", link=LINK)
    assert uri.startswith("mailto:?subject=")
    assert letter(uri) == (
        "Truce & talks: 50% + more?",
        f"Truce & talks: 50% + more?\r\n\r\nBoth sides met.\r\n\r\n{LINK}",
    )
    assert "%0D%0A" in uri
    assert "+" not in uri


@given(TEXT, TEXT)
@example("خ" * 84, "س" * 150)
@example("x" * 2_000, "")
@example("", "")
@example("a&body=evil&to=eve@example.net", "&cc=eve@example.net\r\nBcc: eve@example.net")
def test_it_never_grows_too_long_nor_breaks(title: str, line: str) -> None:
    """Whatever the words, the URI is ASCII of at most 1,600 characters, with our two fields and the whole link."""
    uri = email_link(title=title, line=line, link=LINK)
    assert len(uri) <= LIMIT
    assert uri.isascii()
    assert uri.isprintable()
    assert uri.count("&") <= 1
    assert uri.count("?") == 1
    assert not set(uri) & set("<>\"' ")
    assert letter(uri)[1].endswith(LINK)


def test_a_long_title_stays_in_the_subject_alone() -> None:
    """Where there is no room for both, the body drops the title; the subject keeps it."""
    title = "خبرهای" * 14
    line = "گفت‌وگو " * 12
    subject, body = letter(email_link(title=title, line=line, link=LINK))
    assert subject == title
    assert body == f"{line.strip()}\r\n\r\n{LINK}"


def test_a_link_that_does_not_fit_gives_no_letter() -> None:
    """A letter without its link would help nobody: there is none where the link alone is too long."""
    assert email_link(title="T", line="", link="https://x.example/" + "a" * 1_600) == ""
    assert letter(email_link(title="T" * 900, line="", link="https://x.example/" + "a" * 1_500))[1].endswith("aaa")
