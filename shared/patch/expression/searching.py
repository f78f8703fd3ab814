"""The one door to RE2, which brings no types of its own."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import re2

Search = Callable[[str], bool | None]

# Bytes that one compiled pattern may take: far more than any that `patterns.py` lets through.
_MEMORY_MAX = 1 << 21


@lru_cache(maxsize=256)
def searching(pattern: str) -> Search:
    """Whether the pattern is found in a text, in time linear in its length."""
    module: Any = re2
    options = module.Options()
    options.max_mem = _MEMORY_MAX
    options.log_errors = False
    options.never_capture = True
    search = module.compile(pattern, options).search

    def found(text: str) -> bool | None:
        try:
            return search(text) is not None
        except UnicodeEncodeError:
            # Half of a surrogate pair, which no database holds.
            return None

    return found
