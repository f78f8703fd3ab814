"""The live set: which modules are live, in which order, and what they fold to over the base module."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from shared.patch.applying import apply
from shared.patch.canonical import digest
from shared.patch.errors import Refusal
from shared.patch.manifest import Manifest
from shared.patch.patch import Patch

T = TypeVar("T")


def base_fingerprint(crm_version: str, live: Sequence[tuple[str, str]], without: str) -> str:
    """The hash of what a module meets: the base module and, in order, every other live (module, content hash)."""
    others = [[module, content] for module, content in live if module != without]
    return digest({"crm_version": crm_version, "live": others})


def fold(base: Manifest, patches: Iterable[Patch]) -> Manifest:
    """`base` with every patch applied in order. Raises Refusal naming the module that does not apply."""
    folded: list[str] = []
    for patch in patches:
        name = patch.module.name
        for number, required in enumerate(patch.module.requires):
            if required not in folded:
                params = {"module": name, "requires": required}
                raise Refusal("module_required", f"/module/requires/{number}", params)
        try:
            base = apply(patch, base)
        except Refusal as refusal:
            raise Refusal(
                refusal.code, refusal.pointer, {**refusal.params, "module": name}, refusal.suggestion, refusal.problems
            ) from None
        folded.append(name)
    return base


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
