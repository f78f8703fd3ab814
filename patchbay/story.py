"""What the demo prints: who does what, what came of it, and what it means."""

from contextlib import AbstractContextManager
from typing import Any

from rich.console import Console

PEOPLE = {"developer": "cyan", "reviewer": "magenta", "administrator": "yellow"}


class Story:
    """Told on standard output. `language` follows the sentence: a Chinese one is answered in Chinese where we can."""

    def __init__(self, sentence: str, console: Console) -> None:
        self.language = "zh" if any("\u4e00" <= letter <= "\u9fff" for letter in sentence) else "en"
        self._console = console

    def act(self, role: str, text: str) -> None:
        """Somebody does something."""
        self._console.print()
        self._console.print(f"[bold {PEOPLE[role]}]{role}[/]  {text}", highlight=False)

    def good(self, text: str) -> None:
        self._console.print("  [green]✓[/]", text, highlight=False, markup=True)

    def bad(self, text: str) -> None:
        self._console.print("  [red]✕[/]", text, highlight=False, markup=True)

    def line(self, text: str) -> None:
        self._console.print("   ", text, highlight=False, style="dim")

    def waiting(self, text: str) -> AbstractContextManager[Any]:
        """Shown while something goes on; on a terminal only."""
        return self._console.status(text)

    def pick(self, text: dict[str, str] | str) -> str:
        """One of the two languages of a text."""
        return text if isinstance(text, str) else text.get(self.language) or text["en"]
