"""Why patches cannot be taken together."""

ALGEBRA: dict[str, tuple[str, str]] = {
    "merge_conflict": (
        "Both drafts change {places}, here and at {other} of the other one; keep one of the two.",
        "两份草稿都改动了 {places}（此处以及另一份的 {other}），请只保留其中一处。",
    ),
}
