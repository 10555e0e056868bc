"""Reading a topic's table: what it may say, and what is said about its mistakes."""

import re
import warnings

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from digest.errors import TermError
from digest.topics.expression import MOST_HITS, Expression, Lines, Unsafe, literal
from digest.topics.rules import Kind
from digest.topics.table import parse_topic, topic_problems


def test_a_beginner_needs_only_any() -> None:
    """A topic of one line is complete: its title comes from its id, its threshold is the usual one."""
    topic = parse_topic("north-sea", {"any": ["North Sea"]})
    assert (topic.title, topic.threshold) == ("North sea", 0.6)
    assert [(term.shown, term.kind, term.weight) for term in topic.terms] == [("North Sea", Kind.STRONG, 1.0)]


def test_every_key_has_its_kind() -> None:
    """Each list makes terms of its kind; weak ones count less, `unless` is another name for `none`."""
    lists = {key: ["one thing"] for key in ("any", "strong", "weak", "all", "none", "unless", "mask")}
    kinds = [(term.kind, term.weight) for term in parse_topic("x", lists).terms]
    assert kinds == [
        (Kind.STRONG, 1.0),
        (Kind.STRONG, 1.0),
        (Kind.WEAK, 0.4),
        (Kind.ALL, 1.0),
        (Kind.NONE, 1.0),
        (Kind.NONE, 1.0),
        (Kind.MASK, 1.0),
    ]


def test_spellings_are_shown_as_the_first() -> None:
    """All spellings of a thing are shown as the first, each with its own place in the file."""
    table = {"spellings": [["Isfahan", "Esfahan"], ["Qom"]]}
    topic = parse_topic("x", table, lambda path: f"topics.toml:{path}")
    assert [(term.shown, term.pattern.text) for term in topic.terms] == [
        ("Isfahan", "Isfahan"),
        ("Isfahan", "Esfahan"),
        ("Qom", "Qom"),
    ]
    assert topic.terms[1].where == "topics.toml:('spellings', 0, 1)"


def test_near_in_both_forms() -> None:
    """Context is written with one term, or once for many; both bind the same."""
    one = parse_topic("x", {"any": [{"term": "Hama", "near": ["rebel*"], "within": 5}]}).terms[0]
    many = parse_topic("x", {"near": [{"any": ["Hama"], "beside": ["rebel*"], "within": 5}]}).terms[0]
    assert (one.pattern, one.near, one.within) == (many.pattern, many.near, many.within)


def test_terms_by_language() -> None:
    """A list may be a table by language; `"*"` is every language."""
    terms = parse_topic("x", {"any": {"*": ["oil"], "DE": ["Erdöl"]}}).terms
    assert [(term.shown, term.language) for term in terms] == [("oil", ""), ("Erdöl", "de")]


@pytest.mark.parametrize(
    ("table", "path", "says"),
    [
        ({"anny": ["oil"]}, ("anny",), 'did you mean "any"?'),
        ({"any": ["oil", ""]}, ("any", 1), "at least one letter"),
        ({"any": ["oil", 3]}, ("any", 1), "a text in quotes, not 3"),
        ({"any": "oil"}, ("any",), 'a list in square brackets, not the text "oil"'),
        ({"any": ["a*"]}, ("any", 0), "found in nearly everything"),
        ({"any": ["C++"]}, ("any", 0), "two letters or digits"),
        ({"any": ["re*al"]}, ("any", 0), 'not inside "re*al"'),
        ({"any": ["x" * 201]}, ("any", 0), "at most 200 characters"),
        ({"any": ["re:(oil"]}, ("any", 0), "cannot be read"),
        ({"any": ["re:(?<=an )oil"]}, ("any", 0), 'looks around with "(?<=": write what stands beside the term'),
        ({"any": [{"trem": "oil"}]}, ("any", 0, "trem"), 'did you mean "term"?'),
        ({"any": [{"term": "oil", "weight": 7}]}, ("any", 0, "weight"), "at most 1, not 7"),
        ({"any": [{"term": "oil", "within": 0, "near": ["x1"]}]}, ("any", 0, "within"), "from 1 to 1000"),
        ({"any": ["oil"], "threshold": "high"}, ("threshold",), "a number above 0"),
        ({"any": ["oil"], "threshold": True}, ("threshold",), "not true"),
        ({"any": ["oil"], "title": " "}, ("title",), "not an empty text"),
        ({"any": ["oil"], "titles": "Öl"}, ("titles",), "a table by language"),
        ({"any": {"english": ["oil"]}}, ("any", "english"), "is not a language"),
        ({"near": [{"any": ["oil"]}]}, ("near", 0), "needs beside"),
        ({"near": ["oil"]}, ("near", 0), "an entry of near is a table"),
        ({"spellings": ["oil"]}, ("spellings", 0), "each entry of spellings is a list"),
        ({"mask": ["oil"]}, (), 'write any = ["..."]'),
        ({}, (), 'write any = ["..."]'),
    ],
)
def test_mistakes_are_named_with_their_place(table: dict[str, object], path: tuple[str | int, ...], says: str) -> None:
    """Each mistake is one problem, with the path that leads to it and a sentence that says what to do."""
    problems = [problem for problem in topic_problems("x", table) if problem.path == path]
    assert any(says in str(problem) for problem in problems), topic_problems("x", table)
    with pytest.raises(TermError):
        parse_topic("x", table)


def test_all_mistakes_are_found_in_one_go() -> None:
    """Three mistakes in one table are three problems, in the table's order."""
    problems = topic_problems("x", {"any": ["", "oil", 4], "tresholds": 1, "weak": [{"term": "a*"}]})
    assert [problem.path for problem in problems] == [("tresholds",), ("any", 0), ("any", 2), ("weak", 0, "term")]


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
_keys = st.sampled_from(["any", "weak", "all", "mask", "near", "spellings", "threshold", "title", "titles", "odd"])


@given(st.dictionaries(_keys, _values, max_size=5))
@example({"any": ["ʿ"]})
@example({"near": [{"any": [[]], "beside": ["oil"]}]})
def test_any_table_is_read_or_refused(table: dict[str, object]) -> None:
    """Whatever a table holds, it is a topic, or it has problems; nothing else is raised."""
    problems = topic_problems("x", table)
    if problems:
        with pytest.raises(TermError, match=re.escape(str(problems[0]))):
            parse_topic("x", table)
    else:
        assert parse_topic("x", table).terms


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        (r"(a)\1b", r'refers back with "\1": write out the alternatives'),
        (r"(?P<n>a)(?P=n)", "refers back"),
        (r"(a)?(?(1)b|c)", "refers back"),
        (r"(?=a)ab", "looks around"),
        (r"(?!a)b", "looks around"),
        (r"(?<!a)b", "looks around"),
        (r"(?x)a b", "cannot be read"),
        (r"(?>a)b", "cannot be read"),
        (r"a++b", "leave the last + out"),
        (r"\Boil", r'says "\B"'),
        (r"[\S]x", "between square brackets"),
        (r"[[:alpha:]]x", r"write \p{L}"),
        (r"\Qoil\E", r'says "\Q"'),
        (r"[a", "cannot be read"),
        ("oil\\", "cannot be read"),
        (r"a*", "matches where nothing is"),
        (r"a|", "matches where nothing is"),
        (r"\b", "matches where nothing is"),
        (r"^", "matches where nothing is"),
        ("a" * 401, "longer than 400"),
        (r"a{9999999999999999}", "more than 100 times"),
        (r"(?:\w{0,90}\w{0,90}){5}!", "repeats too much"),
    ],
)
def test_expressions_that_cannot_be_used_say_what_to_write(expression: str, says: str) -> None:
    """An expression that looks around, refers back, cannot be read or matches nothing is refused with its cure."""
    with pytest.raises(Unsafe) as refused:
        Expression(expression)
    assert str(refused.value).startswith("the expression ")
    assert says in str(refused.value)


def hits(expression: str, text: str) -> list[str]:
    """What an expression finds in a text."""
    return [text[start:end] for start, end in Expression(expression).spans(Lines(text))]


@pytest.mark.parametrize(
    ("expression", "text", "finds"),
    [
        (r"\bسوري\w*\b", "قالت السوريون إن سوريا والسوريين، سوريا.", ["سوريا", "سوريا"]),
        (r"\bتحر[يی]م\w+", "تحریم‌های تازه؛ تحریم، تحریمها", ["تحریمها"]),
        (r"تحر[يی]م\b", "تحریم‌های تازه، تحریمها", ["تحریم"]),
        (r"\b(?:Иран|Сири)[а-яё]*\b", "Иран, Сирии и Сирия; антииранский, Ирана", ["Иран", "Сирии", "Сирия", "Ирана"]),
        (r"\w+ САНКЦИИ", "новые санкции", ["новые санкции"]),
        (r"\bकि\b", "किताब कि", ["कि"]),
        (r"\bÖl\b", "Öl, Ölpreis und Erdöl", ["Öl"]),
        (r"\d+ дней", "٣٠ дней", ["٣٠ дней"]),
        ("[\\u0627-\\u064a]+", "oil نفط", ["نفط"]),
        (r"[^\W\d_]+", "ab1 أب_", ["ab", "أب"]),
        (r"\b[\W]+\b", "oil – gas", [" – "]),
        (r"oil\Wgas", "oil gas", ["oil gas"]),
        (r"oil.{0,9}\bgas\b", "oil and gas, oil or gasoline", ["oil and gas"]),
        (r"\b(?:\boil\b|gas)\b", "oil gas gasoil", ["oil", "gas"]),
        (r"^oil|gas$", "oil and gas\noil or gas", ["oil", "gas", "oil", "gas"]),
        (r"oil\s+gas", "oil\ngas", []),
        (r"oil[^x]+gas", "oil\ngas", []),
        (r"\P{L}+\b", "oil, gas", [", "]),
    ],
)
def test_letters_and_words_are_those_of_every_script(expression: str, text: str, finds: list[str]) -> None:
    r"""`\b`, `\w` and `\d` mean the words, letters and digits of every script; no match crosses a line's end."""
    assert hits(expression, text) == finds


@pytest.mark.parametrize(
    ("expression", "certain"),
    [
        (r"a+b", "b"),
        (r"\d* barrels?", " barrel"),
        (r"(?:oil|gas) price", " price"),
        (r"oil|gas", ""),
        (r"[\]x]+ x{3}", " "),
        (r"\bIran\b deal", "Iran deal"),
        (r"a{,3}b{c", "b{c"),
    ],
)
def test_what_is_certain_is_known(expression: str, certain: str) -> None:
    """The longest run of characters that every match contains is known without searching."""
    assert literal(expression) == certain


@given(st.text(alphabet="ab|()*+?{}[]\\.,1 2^$:wWbé", max_size=24), st.text(alphabet="ab 12é", max_size=60))
@example(r"(a|b)?b", "ab")
@example(r"[[a", "a")
@example(r"\bab\b", "ab ab")
@example(r"a\b", "aé a")
@example(r"\b\bé", " é")
@settings(max_examples=400)
def test_what_is_found_is_what_python_finds(expression: str, text: str) -> None:
    """An expression that may be used finds what Python's own engine finds, and each match holds its literal."""
    try:
        ours = Expression(expression)
        with warnings.catch_warnings(action="ignore"):
            pythons = re.compile(expression, re.IGNORECASE | re.MULTILINE)
    except (Unsafe, re.error):
        return
    if any(not match.group() for match in pythons.finditer(text)) or r"\b" * 3 in expression or r"\b*" in expression:
        return
    found = list(ours.spans(Lines(text)))
    assert found == [match.span() for match in pythons.finditer(text)]
    assert all(literal(expression).lower() in text[start:end].lower() for start, end in found)


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (r"(a+)+!", "a" * 20_000),
        (r"(a|aa)+!", "a" * 20_000),
        (r"(?:a?){60}!", "a" * 20_000),
        ("(?:a|ab|b|ba)" * 28 + "!", "ab" * 10_000),
        (r"(?:aa|a)" * 44 + "!", "a" * 20_000),
        (r"\w*\w*\w*!", "a" * 20_000),
        (r"\b\w*\w*\b\w*!", "ab " * 7_000),
        (r"[ab]*a[ab]{60}!", "ab" * 10_000),
        (r"a(?:.*!)?", "a" * 20_000),
        (r"(?:Abd|Abdul|Abd al)[ -]?(?:al|el)?[ -]?(?:R|r)(?:a|e)hman", "Abdul al " * 2_000),
    ],
)
def test_no_text_makes_an_expression_slow(expression: str, text: str) -> None:
    """Expressions that take a backtracking engine longer than anyone waits come to an end on the text made for them."""
    found = list(Expression(expression).spans(Lines(text)))
    assert len(found) <= MOST_HITS


def test_broken_characters_and_marks_are_searched_too() -> None:
    """Half a character, or the character that marks the edges of words, leaves every place where it was."""
    assert list(Expression(r"\boil\b").spans(Lines("\ud800 \x02oil\x02 oil"))) == [(3, 6), (8, 11)]
