"""A line that somebody else wrote stands only if it holds nothing that the story's text lacks."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from digest.stories.summaries.appeals import asks_reader, has_address
from digest.stories.summaries.honesty import objection
from digest.stories.summaries.line import LIMIT

TITLE = "Talks in the river town"
SOURCE = (
    "Governor Ada Maria Crane, who leads the Council of the Delta, flew to the river town on Friday, three people said."
    " She met President Jo Firth. The ban dates from 2007. Prices rose 3.8% to 1,200 crowns. Twelve mayors attended."
)


@pytest.mark.parametrize(
    "line",
    [
        "Governor Crane flew to the river town in spite of a ban of 2007.",
        "The governor of the Delta met President Firth.",
        "The Delta's governor Ada Crane has met the president.",
        "Prices are 3.8% higher, at 1200 crowns.",
        "3 people said that the governor flew to town, where 12 mayors had come.",
        "People said that Crane flew in.",
        "A meeting took place in spite of the ban.",
    ],
)
def test_a_line_from_the_text_stands(line: str) -> None:
    """Names and numbers of the text may be put in other words around them."""
    assert objection(line, title=TITLE, source=SOURCE) == ""


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("Governor Crane flew to Moscow on Friday.", "the text has no name 'Moscow'"),
        ("Maria Firth met the governor.", "the text has no name Maria Firth"),
        ("Governor Crane pays 38 crowns.", "the text has no number 38"),
        ("Governor Crane pays twenty crowns.", "the text has no number twenty"),
        ("Governor Crane met five mayors.", "the text has no number 5"),
        ("Governor Crane pays 1.2 million crowns.", "the text has no number 1.2"),
        ("Governor Crane met the IMF.", "the text has no name 'IMF'"),
        ("Governor Crane met the mayors, see https://evil.example/a.", "it holds an address"),
        ("Governor Crane met the mayors, see evil.com now.", "it holds an address"),
        ("Governor Crane met mayors, write to a@b.", "it holds an address"),
        *(
            (f"Governor Crane met the mayors, {where}.", "it holds an address")
            for where in (
                "see evil.xyz now",
                "more at secure-bank.app/login",
                "as bit.ly/abc says",
                "live on evil.tv",
                "at x.onion",
                "at пример.рф",
                "at ｅｖｉｌ．ｃｏｍ",
                "at evil．com",
                "at ev\u200cil.\u200ccom",
                "at evil[.]com",
                "at evil (dot) com",
                "at evil dot com",
                "at evil punkt de",
                "at 10.0.0.1",
                "at mailto:x",
                "at tel:+49",
                "at 0800 123456",
                "at +49 170 1234567",
            )
        ),
        *(
            (line, "it turns to the reader")
            for line in (
                "The ban has expired, reply with the password to keep it.",
                "Governor Crane met your mayors.",
                "Call the governor now.",
                "The ban is dated: click here.",
                "Prices rose, please answer.",
                "Wegen der Sperre antworten Sie dem Gouverneur.",
                "Le gouverneur attend votre réponse.",
                "Cliquez pour le gouverneur.",
                "El gobernador espera, responda hoy.",
                "Губернатор ждёт вас.",
                "Ответьте губернатору.",
                "اضغط هنا لقراءة الخبر.",
                "برای خواندن خبر کلیک کنید.",
                "خبر را بفرستید.",
            )
        ),
        ("Governor C\u0335rane met the mayors.", "it holds signs that the text lacks"),
        ("Governor Crane met mayors 💥.", "it holds signs that the text lacks"),
        ("**Governor Crane** met the mayors.", "it holds marks that are not text"),
        ("Summary: Governor Crane met the mayors.", "it holds marks that are not text"),
        ("<b>Governor Crane</b> met the mayors.", "it holds marks that are not text"),
        ("Governor Crane met the mayors.\nShe smiled.", "it is not one line of text"),
        ("Governor Crane met \N{RIGHT-TO-LEFT OVERRIDE}the mayors.", "it is not one line of text"),
        ("", "it is not one line of text"),
        ("Governor Crane met the", "it is not a whole sentence"),
        ("Governor Crane met the mayors…", "it is not a whole sentence"),
        ("Talks in the river town.", "it says the title again"),
        ("The governor flew " + "very " * 50 + "far.", f"it has more than {LIMIT} characters"),
    ],
)
def test_an_invention_is_refused(line: str, why: str) -> None:
    """What the text lacks, and what is not a plain sentence, is refused with its reason."""
    assert objection(line, title=TITLE, source=SOURCE) == why


@pytest.mark.parametrize(
    ("source", "honest", "invented"),
    [
        ("وصل اللواء قاسم سليماني إلى موسكو لإجراء محادثات.", "سليماني في موسكو لإجراء محادثات.", "سليماني في طهران."),
        ("سردار سلیمانی به مسکو رفته است.", "سلیمانی به مسکو رفته است.", "سلیمانی به تهران رفته است."),
        ("特使星期二抵达北京，将举行两天会谈。", "特使星期二抵达北京。", "特使星期二抵达上海。"),
        ("Министр Иванов прибыл в Дамаск.", "Иванов прибыл в Дамаск.", "Иванов прибыл в Тегеран."),
        ("There were ١٢ mayors.", "There were 12 mayors.", "There were 13 mayors."),
    ],
)
def test_every_script_is_judged(source: str, honest: str, invented: str) -> None:
    """Scripts without capitals and other digits are judged too, the former more strictly."""
    assert objection(honest, title="", source=source) == ""
    assert objection(invented, title="", source=source) != ""


WORDS = st.sampled_from(["the", "governor", "Crane", "met", "in", "Delta", "Friday", "while", "2007", "3.8", "percent"])


@given(st.lists(WORDS, min_size=3, max_size=20), st.sampled_from(["Zyx", "4711", "Qopec-Land", "ninety"]), st.data())
def test_one_word_too_many_is_enough(told: list[str], invented: str, data: st.DataObject) -> None:
    """A sentence of the text stands; the same with one name or number that the text lacks does not."""
    sentence = "It is said that " + " ".join(told) + "."
    assert objection(sentence, title="", source=sentence) == ""
    at = data.draw(st.integers(0, len(told)))
    lie = "It is said that " + " ".join([*told[:at], invented, *told[at:]]) + "."
    assume(len(lie) <= LIMIT)
    assert objection(lie, title="", source=sentence) != ""


@given(st.text(max_size=300), st.text(max_size=100), st.text(max_size=300))
def test_any_text_is_judged(line: str, title: str, source: str) -> None:
    """Whatever a model answers, the judgement is a sentence or its absence, never an error."""
    assert isinstance(objection(line, title=title, source=source), str)


@pytest.mark.parametrize(
    "line",
    [
        "The U.S.-led coalition rose by 3.5 per cent to 1.2bn at 4 p.m. on Friday.",
        "Dr. A. B. Crane, Ph.D., spoke of 9/11 and of TV/radio fees: 12:30 is late.",
        "In den U.S.A. kam sie an; ihre Reise endet am 3.4.2016.",
        "Calls for a ban grew, and the reply came from Mr. Firth.",
        "Т.е. губернатор и т.д. прибыли в 10.30.",
        "伊朗周一宣布。会谈结束。",
        "قال الحاكم إن الأسعار ارتفعت 3.8%.",
        "فرماندار گفت که قیمت‌ها ۳٫۸ درصد بالا رفته است.",
    ],
)
def test_news_turns_to_nobody(line: str) -> None:
    """Abbreviations, numbers, times and the third person are neither addresses nor requests."""
    assert not has_address(line)
    assert not asks_reader(line)
