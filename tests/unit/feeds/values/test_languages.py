"""Language tags, and what a script gives away."""

import pytest

from digest.feeds.values.languages import language_tag, script_language


@pytest.mark.parametrize(
    ("written", "tag"),
    [("en-US", "en-us"), ("EN_us", "en-us"), (" de ", "de"), ("de, en", "de"), ("English", "en"), ("iw-IL", "he-il"),
     ("zh-Hant-TW", "zh-hant-tw"), ("", ""), ("#", ""), ("-he", ""), ("x", ""), ("und", ""),
     ("rss.channel.language", ""),
     ("en-us; q=1", "en-us"), ("e" * 999, ""),
     ("us", ""), ("US", ""), ("jp", ""), ("xx", ""), ("qq-us", ""), ("mul", ""), ("english-uk", ""),
     ("en-UK", "en-gb"), ("en-xx", "en"), ("en-us-posix", "en-us"), ("eng", "en"), ("per-IR", "fa-ir"),
     ("cmn-Hans", "zh-hans"),
     ("ca-valencia", "ca"), ("de-x-own", "de"), ("es-419", "es-419"), ("ckb-IQ", "ckb-iq"),
     ("sr_Latn_RS", "sr-latn-rs")],
)  # fmt: skip
def test_a_tag_is_put_right_or_dropped(written: str, tag: str) -> None:
    """BCP 47 in lower case, or nothing."""
    assert language_tag(written) == tag


@pytest.mark.parametrize(
    ("text", "tag"),
    [("Talks end", ""), ("", ""), ("انتهت المحادثات في جنيف", "ar"), ("گفتگوها در ژنو پایان یافت", "fa"),
     ("השיחות הסתיימו", "he"), ("Переговоры завершены", "ru"), ("Переговори завершено їх", "uk"), ("会谈结束", "zh"),
     ("会談が終わった", "ja"), ("회담 종료", "ko"), ("Οι συνομιλίες", "el"), ("การเจรจา", "th"),
     ("Talks in Geneva (جنيف) end", ""), ("Größe – “x”", "")],
)  # fmt: skip
def test_a_script_tells_a_language_only_without_doubt(text: str, tag: str) -> None:
    """A script that most of the letters are of; Latin tells nothing."""
    assert script_language(text) == tag
