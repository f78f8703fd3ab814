"""Two lists side by side: what is equal at the same place is passed over, at the price of one comparison."""

from collections.abc import Sequence
from typing import Any

# How far away an equal one is looked for.
_NEAR = 10

# A part that is left over, behind how many that were passed over.
Left = list[tuple[int, Any]]


def apart(old: Sequence[Any], new: Sequence[Any]) -> tuple[Left, Left]:
    """What is left of each. It may be more than need be, as nothing is looked for far away."""
    gone: Left = []
    come: Left = []
    at, place, same = 0, 0, 0
    end, last = len(old), len(new)
    while at < end and place < last:
        if old[at] == new[place]:
            at, place, same = at + 1, place + 1, same + 1
            continue
        ahead = _near(new, place, old[at])
        behind = _near(old, at, new[place]) if ahead > 1 else _NEAR
        if ahead == behind == _NEAR:
            ahead = behind = 1
        elif ahead < behind:
            behind = 0
        else:
            ahead = 0
        gone += [(same, one) for one in old[at : at + behind]]
        come += [(same, one) for one in new[place : place + ahead]]
        at, place = at + behind, place + ahead
    gone += [(same, one) for one in old[at:]]
    come += [(same, one) for one in new[place:]]
    return gone, come


def _near(parts: Sequence[Any], place: int, one: Any) -> int:
    """How many places further an equal one is."""
    try:
        return parts.index(one, place + 1, place + _NEAR) - place
    except ValueError:
        return _NEAR
