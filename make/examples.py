"""What the guide tells of the example modules, made from them: `python make/examples.py`; `--check` only compares."""

import itertools
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, get_args

from shared.crm import EXAMPLES, base_manifest, example
from shared.patch import Manifest, Patch, apply, conflicts, document, parse, risk, semver
from shared.patch.operations import Operation
from shared.patch.plain import as_list, as_object

GUIDE = Path(__file__).parents[1] / "docs" / "guides" / "examples.md"
_BEGIN, _END = "<!-- Made by `make reference`: {} -->", "<!-- end -->"
_COUNTED = ("rules", "lookups", "machines", "triggers", "seeds", "filters")


def sections() -> dict[str, str]:
    """By name, what stands between the marks."""
    patches = {name: parse(example(name)) for name in EXAMPLES}
    base = base_manifest()
    return {
        "figures": "\n".join(_figures(patches, base)),
        "operations": "\n".join(_operations(patches)),
        "conflicts": "\n".join(_conflicts(patches, base)),
    }


def _figures(patches: dict[str, Patch], base: Manifest) -> Iterator[str]:
    yield f"| module | operations | {' | '.join(_COUNTED)} | scenarios | amends | release |"
    yield f"|---|{'---|' * (len(_COUNTED) + 4)}"
    for name, patch in patches.items():
        counts = _counts(document(patch)["operations"])
        cells = [len(patch.operations), *(counts[one] for one in _COUNTED), len(patch.scenarios), len(patch.amends)]
        told = " | ".join(str(one or "–") for one in cells)
        link = f"[`{name}`](../../shared/crm/examples/{name}.yaml)"
        yield f"| {link}<br>{patch.module.title.zh} | {told} | {risk(patch, base)}, {semver(patch, base)} |"


def _counts(operations: list[dict[str, Any]]) -> dict[str, int]:
    parts = list(_parts(operations))
    return {
        "rules": sum("expression" in one for one in parts),
        "lookups": sum(len(one.get("lookups", ())) for one in parts),
        "machines": sum(one.get("op") in {"add_machine", "extend_machine"} for one in parts),
        "triggers": sum("actions" in one for one in parts),
        "seeds": sum(len(one.get("rows", ())) for one in operations),
        "filters": sum("allow" in one and one.get("where") is not None for one in parts),
    }


def _parts(said: Any) -> Iterator[dict[str, Any]]:
    if (inner := as_object(said)) is not None:
        yield inner
        for one in inner.values():
            yield from _parts(one)
    for one in as_list(said) or ():
        yield from _parts(one)


def _operations(patches: dict[str, Patch]) -> Iterator[str]:
    yield "| operation | modules |"
    yield "|---|---|"
    for one in get_args(get_args(Operation)[0]):
        op = one.model_fields["op"].default
        using = [f"`{name}`" for name, patch in patches.items() if any(each.op == op for each in patch.operations)]
        yield f"| [`{op}`](../reference/operations/{op}.md) | {', '.join(using) or '–'} |"


def _conflicts(patches: dict[str, Patch], base: Manifest) -> Iterator[str]:
    """Pairs that stand in each other's way, and whether the one can follow the other nevertheless."""
    pairs = list(itertools.combinations(patches, 2))
    met = {pair: found for pair in pairs if (found := conflicts(patches[pair[0]], patches[pair[1]], base))}
    yield f"{len(met)} of {len(pairs)} pairs meet somewhere:"
    yield ""
    yield "| modules | where they meet | one after the other |"
    yield "|---|---|---|"
    for (one, other), paths in met.items():
        told = ", ".join(f"`{path}`" for path in paths)
        apply(patches[other], apply(patches[one], base))
        apply(patches[one], apply(patches[other], base))
        yield f"| `{one}`, `{other}` | {told} | applies, in either order |"


def main(arguments: Iterable[str]) -> int:
    """0 when the guide is as it must be, or was written; 1 when `--check` finds another."""
    found = made = GUIDE.read_text("utf-8")
    for name, text in sections().items():
        begin = _BEGIN.format(name)
        head, _, rest = made.partition(begin)
        tail = rest.partition(_END)[2]
        made = f"{head}{begin}\n{text}\n{_END}{tail}"
    if made == found:
        return 0
    print(GUIDE.relative_to(GUIDE.parents[2]))
    if "--check" in arguments:
        return 1
    GUIDE.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
