"""What the demo prints: who does what, what came of it, and what it means."""

from contextlib import AbstractContextManager
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

PEOPLE = {"developer": "cyan", "reviewer": "magenta", "administrator": "yellow"}


class Story:
    """Told on standard output. `language` follows the sentence: a Chinese one is answered in Chinese where we can."""

    def __init__(self, sentence: str, console: Console) -> None:
        self.language = "zh" if any("\u4e00" <= letter <= "\u9fff" for letter in sentence) else "en"
        self._console = console

    def act(self, role: str, text: str) -> None:
        """Somebody does something."""
        self._console.print()
        self._console.print(Text.assemble((role, f"bold {PEOPLE[role]}"), "  ", text))

    def good(self, text: str) -> None:
        self._marked("✓", "green", text)

    def bad(self, text: str) -> None:
        self._marked("✕", "red", text)

    def line(self, text: str) -> None:
        self._console.print(Padding(Text(text, style="dim"), (0, 0, 0, 4)))

    def waiting(self, text: str) -> AbstractContextManager[Any]:
        """Shown while something goes on; on a terminal only."""
        return self._console.status(text)

    def pick(self, text: dict[str, str] | str) -> str:
        """One of the two languages of a text."""
        return text if isinstance(text, str) else text.get(self.language) or text["en"]

    def _marked(self, mark: str, colour: str, text: str) -> None:
        grid = Table.grid(padding=(0, 1))
        grid.add_row(Text(mark, style=colour), Text(text))
        self._console.print(Padding(grid, (0, 0, 0, 2)))
