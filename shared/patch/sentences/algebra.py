"""Why patches cannot be taken together."""

ALGEBRA: dict[str, tuple[str, str]] = {}
