"""English and 简体中文. The English text is the message's name; `locale/zh_Hans/console.po` has the Chinese one."""

import gettext
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

from babel.core import Locale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.units import format_unit
from starlette.requests import Request

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
_UNITS = (("megabyte", 1024 * 1024), ("kilobyte", 1024))
LANGUAGE_COOKIE = "patchbay-language"
CATALOGUE = Path(__file__).parent / "locale" / "zh_Hans" / "console.po"


@cache
def _translations(language: Language) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    compiled = BytesIO()
    with CATALOGUE.open("rb") as catalogue:
        write_mo(compiled, read_po(catalogue, locale="zh_Hans"))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def marked(message: str) -> str:
    """Marks a message for the catalogue; it is translated when it is shown."""
    return message


@dataclass(frozen=True)
class Tongue:
    """Everything that differs between languages."""

    language: Language

    @property
    def tag(self) -> str:
        """For `<html lang>`."""
        return "en" if self.language == "en" else "zh-Hans"

    def say(self, message: str, **params: object) -> str:
        """The message in this language; `{name}` stands for a parameter."""
        text = _translations(self.language).gettext(message)
        return text.format(**params) if params else text

    def pick(self, text: dict[str, str] | str | None) -> str:
        """One of the two languages of a text that came from a manifest or a message."""
        if text is None or isinstance(text, str):
            return text or ""
        return text.get(self.language) or text.get("en") or ""

    @property
    def comma(self) -> str:
        """What stands between the parts of a list."""
        return ", " if self.language == "en" else "、"

    def day(self, day: str | None) -> str:
        """A date such as `2026-03-31`."""
        return format_date(date.fromisoformat(day), locale=self._locale) if day else ""

    def ago(self, moment: str | None) -> str:
        """How long ago, in words."""
        if not moment:
            return ""
        passed = datetime.fromisoformat(moment) - datetime.now(UTC)
        return format_timedelta(passed, add_direction=True, locale=self._locale)

    def moment(self, moment: str | None) -> str:
        """The absolute time, in UTC."""
        return format_datetime(datetime.fromisoformat(moment), locale=self._locale) + " UTC" if moment else ""

    def size(self, count: int) -> str:
        """How much a file holds."""
        unit, least = next(((unit, least) for unit, least in _UNITS if count >= least), ("byte", 1))
        return format_unit(round(count / least, 1), f"digital-{unit}", "short", locale=self._locale)

    @property
    def _locale(self) -> Locale:
        return Locale.parse("en" if self.language == "en" else "zh_Hans")


def tongue_of(request: Request) -> Tongue:
    """What the person chose, else what the browser prefers, else English."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    preferred = chosen or request.headers.get("accept-language", "")
    return Tongue("zh" if preferred.lower().startswith("zh") else "en")


def globals_for(tongue: Tongue) -> dict[str, Any]:
    """What every template may call."""
    return {"_": tongue.say, "pick": tongue.pick, "ago": tongue.ago, "moment": tongue.moment, "tongue": tongue}
