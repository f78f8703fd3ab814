"""Patterns of `matches`."""

from shared.patch.expression.functions import Function


def matching(pattern: str, place: int) -> Function:
    """The function that finds `pattern`, which stands at `place`, in a text."""
    raise NotImplementedError
