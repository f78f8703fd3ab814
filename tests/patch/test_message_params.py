"""Whoever raises a problem gives what its sentence tells: read from the code, where dicts say which keys they have."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from shared.patch.sentences import SENTENCES
from tests.patch.test_messages import SOURCES

RAISING = {"Refusal", "Problem", "PydanticCustomError"}
# As many are given as literal dicts, here or a few lines above; the rest come out of a function.
READ_AT_LEAST = 150


def _told(source: Path) -> Iterator[tuple[str, set[str] | None, int]]:
    """Code, keys of the params (None when they come out of a function) and line of everything that is raised."""
    functions = [one for one in ast.walk(ast.parse(source.read_text(encoding="utf-8"))) if _is_function(one)]
    met: set[int] = set()
    # The inner ones come last, and know best.
    for function in reversed(functions):
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and id(node) not in met and (code := _code(node)) is not None:
                met.add(id(node))
                yield code, _keys(_params(node), _assigned(function)), node.lineno


def _is_function(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def _code(call: ast.Call) -> str | None:
    is_raised = isinstance(call.func, ast.Name) and call.func.id in RAISING and call.args
    first = call.args[0] if is_raised else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None


def _params(call: ast.Call) -> ast.expr | None:
    named = [one.value for one in call.keywords if one.arg == "params"]
    return next(iter((*call.args[2:3], *named)), None)


def _assigned(function: ast.AST) -> dict[str, list[ast.expr]]:
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                _bind(target, node.value, found)
    return found


def _bind(target: ast.expr, value: ast.expr, found: dict[str, list[ast.expr]]) -> None:
    match target, value:
        case ast.Name(id=name), _:
            found.setdefault(name, []).append(value)
        case ast.Subscript(value=ast.Name(id=name), slice=key), _:
            found.setdefault(name, []).append(ast.Dict(keys=[key], values=[value]))
        case ast.Tuple(elts=targets), ast.Tuple(elts=values):
            for one, other in zip(targets, values, strict=True):
                _bind(one, other, found)
        case _:
            pass


def _keys(params: ast.expr | None, assigned: dict[str, list[ast.expr]]) -> set[str] | None:
    match params:
        case None:
            return set()
        case ast.Dict(keys=keys, values=values):
            inner = [
                {str(ast.literal_eval(key))} if key is not None else _keys(value, assigned)
                for key, value in zip(keys, values, strict=True)
            ]
        case ast.Name(id=name) if name in assigned:
            inner = [_keys(one, assigned) for one in assigned[name]]
        case _:
            return None
    known = [one for one in inner if one is not None]
    return set[str]().union(*known) if len(known) == len(inner) else None


def test_every_sentence_is_given_what_it_tells() -> None:
    read, lacking = 0, list[str]()
    for source in SOURCES:
        for code, keys, line in _told(source):
            needed = set(re.findall(r"{(\w+)}", SENTENCES[code][0]))
            read += keys is not None
            lacking += [
                f"{source.name}:{line} {code} {one}" for one in sorted(needed - keys if keys is not None else ())
            ]
    assert lacking == []
    assert read >= READ_AT_LEAST
