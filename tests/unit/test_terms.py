"""Reading a topic's table: what it may say, and what is said about its mistakes."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from digest.errors import TermError
from digest.terms import Kind, parse_topic, topic_problems
from digest.terms.expression import REPEAT, Unsafe, bounded, compiled, literal


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
        ({"any": ["re:(a+)+b"]}, ("any", 0), "can take very long"),
        ({"any": [{"trem": "oil"}]}, ("any", 0, "trem"), 'did you mean "term"?'),
        ({"any": [{"term": "oil", "weight": 7}]}, ("any", 0, "weight"), "at most 1, not 7"),
        ({"any": [{"term": "oil", "within": 0, "near": ["x1"]}]}, ("any", 0, "within"), "from 1 to 1000"),
        ({"any": ["oil"], "threshold": "high"}, ("threshold",), "a number above 0"),
        ({"any": ["oil"], "threshold": True}, ("threshold",), "not true"),
        ({"any": ["oil"], "title": " "}, ("title",), "not an empty text"),
        ({"any": ["oil"], "titles": "Öl"}, ("titles",), "a table by language"),
        ({"any": {"english": ["oil"]}}, ("any", "english"), "is no language"),
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
    "expression",
    [
        r"(a+)+b",
        r"(a|aa)+b",
        r"(?:a|b)*c",
        r"(x+x+)+y",
        r"a*b*c*d*e",
        r"(a)\1b",
        r"(?P<n>a)(?P=n)",
        r"(?x)a b",
        r"[a",
        r"a*",
        r"a|",
        r"\b",
        "a" * 401,
        r"(?:a{1,50}){1,50}b",
        r".{0,99}.{0,99}x",
        r"a{9999999999999999}",
    ],
)
def test_expressions_that_could_explode_are_refused(expression: str) -> None:
    """An expression that repeats what repeats, refers back, or matches nothing is refused with a reason."""
    with pytest.raises(Unsafe, match="the expression"):
        bounded(expression)


@pytest.mark.parametrize(
    ("expression", "becomes", "certain"),
    [
        (r"a+b", f"a{{1,{REPEAT}}}b", "b"),
        (r"\d* barrels?", rf"\d{{0,{REPEAT}}} barrels{{0,1}}", " barrel"),
        (r"(?:oil|gas) price", r"(?:oil|gas) price", " price"),
        (r"oil|gas", r"oil|gas", ""),
        (r"[\]x]+ x{3}", rf"[\]x]{{1,{REPEAT}}} x{{3,3}}", " "),
        (r"x{2,}?y", f"x{{2,{REPEAT}}}?y", "y"),
        (r"a{,3}b{c", "a{0,3}b{c", "b{c"),
    ],
)
def test_expressions_are_limited(expression: str, becomes: str, certain: str) -> None:
    """Free repeats get an end, and the longest certain run of characters is known."""
    assert bounded(expression) == becomes
    assert literal(expression) == certain


@given(st.text(alphabet="ab|()*+?{}[]\\.,1 2^$:=!<P", max_size=24), st.text(alphabet="ab 12", max_size=REPEAT))
@example("(a|b)?b", "ab")
@example("[[a", "a")
@example("(?=a)", "a")
@settings(max_examples=400)
def test_what_passes_finds_the_same(expression: str, text: str) -> None:
    """An expression that passes finds in a text of up to `REPEAT` characters what it found before it was limited, and
    what it finds contains its literal."""
    try:
        limited = compiled(expression)
    except Unsafe:
        return
    match, before = limited.search(text), re.search(expression, text, re.IGNORECASE)
    assert (match and match.span()) == (before and before.span())
    if match:
        assert literal(expression).lower() in match.group().lower()


@pytest.mark.parametrize("expression", [r"a+a+b", r"a.+a.+c", r"(?:aa?)b", r"\w{1,60}\w{1,60}!"])
def test_the_worst_text_ends(expression: str) -> None:
    """The costliest expressions that pass come to an end on the text made for them."""
    assert compiled(expression).search("a" * 5_000) is None
