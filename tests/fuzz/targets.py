"""What is fuzzed: `python -m tests.fuzz.targets NAME MANIFEST FLAGS… CORPUS`. Whatever comes out but a Refusal ends it.

Atheris (libFuzzer) follows which branches of `shared.patch` an input reaches. The manifest is a file of JSON.
"""

import importlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

_atheris: Any = importlib.import_module("atheris")

with _atheris.instrument_imports(include=["shared.patch"]):
    from shared.patch import (
        Manifest,
        Refusal,
        apply,
        content_hash,
        diff,
        explain,
        fingerprint,
        footprint,
        import_dsl10,
        inverse,
        message,
        parse,
        risk,
        semver,
        undo,
        validate,
    )
    from shared.patch.dsl10 import export_dsl10
    from shared.patch.expression import compile_expression
    from shared.patch.parsing import read_json
    from shared.patch.places import place_in
    from tests.fuzz.mutation import Pool
    from tests.patch.expression_shop import LOOKUPS, expression_shop

Target = Callable[[bytes], None]
_SHOP = expression_shop()


def main(name: str, manifest: str, *flags: str) -> None:
    folder = Path(flags[-1])
    documents = [json.loads(one.read_bytes()) for one in sorted(folder.iterdir())] if name != "expression" else []
    shop = Manifest.model_validate_json(Path(manifest).read_bytes())
    targets: dict[str, Target] = {
        "parse": _parse,
        "expression": _expression,
        "validate": lambda one: _apply(one, shop),
        "import": lambda one: _import(one, shop),
    }
    options = {"custom_mutator": _mutator(documents)} if documents else {}
    _atheris.Setup([sys.argv[0], *flags], targets[name], **options)
    _atheris.Fuzz()


def _parse(source: bytes) -> None:
    try:
        content_hash(parse(source))
    except Refusal as refusal:
        _tell(refusal)
        text = source.decode(errors="replace")
        for problem in refusal.problems:
            place_in(text, problem.pointer)


def _apply(source: bytes, shop: Manifest) -> None:
    """What validates also applies, is told, and can be undone."""
    try:
        patch = parse(source)
    except Refusal:
        return
    problems = validate(patch, shop)
    if problems:
        _tell(Refusal.of(problems))
        return
    after = apply(patch, shop)
    assert fingerprint(undo(inverse(patch, shop), after)) == fingerprint(shop)
    assert risk(patch, shop) in {"L1", "L2", "L3"}
    assert semver(patch, shop) in {"patch", "minor", "major"}
    explain(patch, shop)
    footprint(patch, shop)
    diff(shop, after)


def _import(source: bytes, shop: Manifest) -> None:
    """Patch DSL 1.0; what it comes to is a patch, and what a patch comes to in it is a list."""
    try:
        patch = import_dsl10(read_json(source), manifest=shop if len(source) % 2 else None)
        validate(patch, shop)
        export_dsl10(patch, shop)
    except Refusal as refusal:
        _tell(refusal)


def _expression(source: bytes) -> None:
    if not source:
        return
    text = source[1:].decode(errors="replace")
    owner, within, this = [("Order", None, None), ("Order", "items", None), ("Payment", None, "Order")][source[0] % 3]
    try:
        found = compile_expression(text, owner, _SHOP, within=within, this=this, lookups=LOOKUPS)
    except Refusal as refusal:
        _tell(refusal)
    else:
        found.evaluate({})


def _tell(refusal: Refusal) -> None:
    for problem in refusal.problems:
        told = message(problem.code, problem.params, problem.suggestion)
        assert problem.code not in told["en"], "every code has its sentence"


def _mutator(documents: list[Any]) -> Callable[[bytes, int, int], bytes]:
    pool = Pool.of(documents)

    def mutator(source: bytes, size: int, seed: int) -> bytes:
        document = pool.mutated(source, seed) if seed % 8 else None
        return _atheris.Mutate(source, size) if document is None or len(document) > size else document

    return mutator


if __name__ == "__main__":
    main(*sys.argv[1:])
