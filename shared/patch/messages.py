"""What a refusal says to people: one English and one Chinese sentence per code, saying what is wrong and what to do."""

from collections.abc import Mapping
from typing import Any

from shared.patch.plain import as_list
from shared.patch.sentences import SENTENCES
from shared.patch.terms import TERMS

_TOLD_MAX = 10
# What people called something or typed, be it `date` or `text`; whatever of ours stands there has several words.
_THEIRS = frozenset(
    ("alias", "entity", "field", "index", "key", "known", "lookup", "menu", "module", "name", "option", "other", "role")
).union(("rule", "seed", "source", "state", "target", "text", "trigger", "value", "variable", "word"))


def message(code: str, params: Mapping[str, Any], suggestion: str | None = None) -> dict[str, str]:
    """`{"en": …, "zh": …}`. A parameter that is missing reads as `?`; a list as its first ten entries."""
    en, zh = SENTENCES.get(code, ("This is refused ({code}).", "操作被拒绝（{code}）。"))
    told = {"code": code, **params}
    told_en = en.format_map(_Told(told))
    told_zh = zh.format_map(_Told({name: _chinese(name, value) for name, value in told.items()}))
    if suggestion is not None:
        told_en += f" Did you mean `{suggestion}`?"
        told_zh += f"您是否想用 `{suggestion}`？"
    return {"en": told_en, "zh": told_zh}


def _chinese(name: str, value: Any) -> Any:
    """Words of the language itself that stand in parameters; names stay as they are."""
    if (items := as_list(value)) is not None:
        return [_chinese(name, one) for one in items]
    is_ours = isinstance(value, str) and (name not in _THEIRS or " " in value)
    return TERMS.get(value, value) if is_ours else value


class _Told(dict[str, Any]):
    """Parameters as they are read."""

    def __missing__(self, key: str) -> str:
        return "?"

    def __getitem__(self, key: str) -> str:
        if key not in self:
            return self.__missing__(key)
        value = super().__getitem__(key)
        items = as_list(value)
        if items is None:
            return str(value)
        return ", ".join(str(one) for one in items[:_TOLD_MAX]) + (", …" if len(items) > _TOLD_MAX else "")
