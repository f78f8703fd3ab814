"""In which language a command speaks."""

import os
from typing import Literal

Language = Literal["en", "zh"]


def language_of(asked: Language | None) -> Language:
    """As asked, else what the machine is set to."""
    set_to = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return asked or ("zh" if set_to.startswith("zh") else "en")
