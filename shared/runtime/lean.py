"""What a start does without: it is what a person waits for."""

import gc
import sys
from collections.abc import Generator
from contextlib import contextmanager
from types import ModuleType
from typing import cast


@contextmanager
def hidden(name: str) -> Generator[None]:
    """Whoever looks in the block whether `name` is installed finds that it is not, unless it has been imported."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = cast("ModuleType", None)
    try:
        yield
    finally:
        del sys.modules[name]


@contextmanager
def nothing_collected() -> Generator[None]:
    """Almost all that starting makes is there to stay: looking for garbage in it takes a fifth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
