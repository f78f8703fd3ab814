"""What the built-in rules say when they do not understand: the words, and what would have been near."""

from collections.abc import Iterable


class NotUnderstood(Exception):
    """`words` are the person's own; `nearest` are names that exist and look like them."""

    def __init__(
        self, words: Iterable[str], *, nearest: Iterable[str] = (), code: str = "words_not_understood"
    ) -> None:
        self.words = tuple(words)
        self.nearest = tuple(nearest)
        self.code = code
        super().__init__(f"{code}: {', '.join(self.words)}")
