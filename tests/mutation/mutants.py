"""Small changes to a module's code, each of which some test must notice."""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import takewhile

_COMPARE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_BINARY: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}  # fmt: skip
#: Calls whose every argument is a condition, or a value that is written: without it the call means something else.
_EACH_ARGUMENT = frozenset({"where", "and_", "or_", "order_by", "values"})
_SWAPPED = {"min": "max", "max": "min"}
#: Left as they are: what they say is for people, or for the database's planner.
_NOT_CODE = frozenset({"note", "Column", "Index", "text", "field", "dataclass"})

#: Characters of a change that are shown.
SHOWN = 80

#: Changes one node in place.
Change = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change."""

    line: int
    #: What stands there now, and what instead.
    change: str
    tree: ast.Module


def mutants(source: str) -> Iterator[Mutant]:
    """Every change of a module, one at a time."""
    tree = ast.parse(source)
    for number, node in enumerate(_code(tree)):
        for way, _ in enumerate(_changes(node)):
            changed = copy.deepcopy(tree)
            twin = list(_code(changed))[number]
            before = _said(twin)
            list(_changes(twin))[way]()
            yield Mutant(
                getattr(node, "lineno", 0), _difference(before, _said(twin)), ast.fix_missing_locations(changed)
            )


def _said(node: ast.AST) -> str:
    return " ".join(ast.unparse(ast.fix_missing_locations(node)).split())


def _difference(before: str, after: str) -> str:
    """What is changed, with a little of what stands before it."""
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False))
    same = max(0, len(list(alike)) - SHOWN // 4)
    return f"{'...' * bool(same)}{before[same : same + SHOWN]} -> {'...' * bool(same)}{after[same : same + SHOWN]}"


def _code(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes whose meaning a test can see: no annotations, decorators, docstrings or words for people."""
    yield node
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "bases", "type_params"}:
            continue
        if isinstance(node, ast.AnnAssign) and name == "target":
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_words(child):
                yield from _code(child)


def _is_words(node: ast.AST) -> bool:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if isinstance(node, (ast.Import, ast.ImportFrom, ast.JoinedStr, ast.Raise, ast.Assert)):
        return True
    return isinstance(node, ast.Call) and _name(node.func) in _NOT_CODE


def _name(function: ast.expr) -> str:
    return str(getattr(function, "attr", getattr(function, "id", "")))


def _changes(node: ast.AST) -> Iterator[Change]:
    """What can be changed about one node itself."""
    if isinstance(node, ast.stmt):
        yield from _changes_of_statement(node)
    elif isinstance(node, ast.Name) and node.id in _SWAPPED:
        yield lambda: setattr(node, "id", _SWAPPED[node.id])
    else:
        yield from _changes_of_expression(node)


def _changes_of_expression(node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.Compare(ops=[ast.cmpop() as operator]) if type(operator) in _COMPARE:
            yield lambda: node.ops.__setitem__(0, _COMPARE[type(operator)]())
        case ast.BinOp(op=ast.operator() as sign) if type(sign) in _BINARY:
            yield lambda: setattr(node, "op", _BINARY[type(sign)]())
        case ast.BoolOp(values=operands):
            yield lambda: setattr(node, "op", ast.Or() if isinstance(node.op, ast.And) else ast.And())
            yield from _without(operands)
        case ast.UnaryOp(op=ast.Not() | ast.Invert()):
            yield lambda: _plain(node)
        case ast.IfExp():
            yield lambda: setattr(node, "test", ast.UnaryOp(ast.Not(), node.test))
        case ast.comprehension(ifs=[_, *_] as tests):
            yield from _without(tests)
        case ast.Call(args=arguments, keywords=keywords) if _name(node.func) in _EACH_ARGUMENT:
            yield from _without(arguments)
            yield from _without(keywords)
        case ast.Constant(value=bool() | int() | str() as value):
            yield lambda: setattr(node, "value", _other(value))


def _changes_of_statement(node: ast.stmt) -> Iterator[Change]:
    match node:
        case ast.If() | ast.While():
            yield lambda: setattr(node, "test", ast.UnaryOp(ast.Not(), node.test))
        case ast.Return(value=ast.expr() as value) if not _is_none(value):
            yield lambda: setattr(node, "value", ast.Constant(None))
        case ast.Expr(value=ast.Call() | ast.Await()) | ast.AugAssign() | ast.Continue() | ast.Break():
            yield lambda: _pass(node)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _without(items: list[ast.expr] | list[ast.keyword], *, least: int = 0) -> Iterator[Change]:
    """One fewer, each in turn."""
    if len(items) > least:
        for place in range(len(items)):
            yield partial(items.__delitem__, place)


def _other(value: bool | int | str) -> bool | int | str:
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int) else value + "x"


def _plain(node: ast.UnaryOp) -> None:
    """Without its "not": `not not x`, `+x`."""
    if isinstance(node.op, ast.Not):
        node.operand = ast.UnaryOp(ast.Not(), node.operand)
    else:
        node.operand = ast.UnaryOp(ast.Invert(), node.operand)


def _pass(node: ast.stmt) -> None:
    """A statement that does nothing."""
    node.__class__ = ast.Expr
    setattr(node, "value", ast.Constant(None))  # noqa: B010
