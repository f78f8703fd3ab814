"""What a text of a format looks like. The patterns mean the same in Python and, as they stand, in PostgreSQL."""

import re

FORMATS = {
    "email": r"^[^@[:space:]]+@[^@[:space:]]+[.][^@[:space:]]+$",
    "phone": r"^[+(]?[0-9][0-9 ()./-]{2,39}$",
    "url": r"^https?://[^[:space:]/]+[^[:space:]]*$",
}
# How short and how long a text of the format can be at all.
LENGTHS = {"email": (5, None), "phone": (3, 41), "url": (8, None)}
PATTERNS = {name: re.compile(pattern.replace("[:space:]", r"\s")) for name, pattern in FORMATS.items()}
