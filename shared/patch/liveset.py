"""The live set: which modules are live, in which order, and what they fold to over the base module."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from shared.patch.applying import apply, validate
from shared.patch.canonical import digest
from shared.patch.errors import Problem, Refusal
from shared.patch.manifest import Manifest
from shared.patch.patch import Patch

T = TypeVar("T")


def base_fingerprint(crm_version: str, live: Sequence[tuple[str, str]], without: str) -> str:
    """The hash of what a module meets: the base module and, in order, every other live (module, content hash)."""
    others = [[module, content] for module, content in live if module != without]
    return digest({"crm_version": crm_version, "live": others})


def fold(base: Manifest, patches: Iterable[Patch]) -> Manifest:
    """`base` with every patch applied in order. Raises Refusal naming the module that does not apply.

    So names and requirements are asked about anew whenever a module comes or goes: one whose hidden part lost its name
    to another module meanwhile does not come back.
    """
    folded: list[str] = []
    for patch in patches:
        name = patch.module.name
        for number, required in enumerate(patch.module.requires):
            if required not in folded:
                params = {"module": name, "requires": required, "known": list(folded)}
                raise Refusal("module_required", f"/module/requires/{number}", params)
        try:
            base = apply(patch, base)
        except Refusal as refusal:
            raise Refusal(
                refusal.code, refusal.pointer, {**refusal.params, "module": name}, refusal.suggestion, refusal.problems
            ) from None
        folded.append(name)
    return base


def dependents(base: Manifest, patches: Sequence[Patch], module: str) -> dict[str, tuple[Problem, ...]]:
    """The live modules that cannot do without `module`, each with the problems that it would have.

    They require it, or build on its parts so that they do not apply without them, or do one of the two with a module
    that cannot do without it.
    """
    found: dict[str, tuple[Problem, ...]] = {}
    gone = {module}
    for patch in patches:
        name = patch.module.name
        if name in gone:
            continue
        live = {one.module.name for one in patches} - gone
        problems = validate(patch, base, live=live)
        if problems:
            found[name] = tuple(problems)
            gone.add(name)
        else:
            base = apply(patch, base)
    return found


def module_name(version: Any) -> str:
    """The module of a VersionRef, a Patch or a (module, content hash) pair."""
    if isinstance(version, Patch):
        return version.module.name
    return str(version.module if hasattr(version, "module") else version[0])


def candidate(live: Sequence[T], new: T, name: Callable[[T], str] = module_name) -> tuple[T, ...]:
    """The live set with `new` in its module's place, at the end when the module is not live."""
    if any(name(one) == name(new) for one in live):
        return tuple(new if name(one) == name(new) else one for one in live)
    return (*live, new)
