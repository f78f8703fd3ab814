"""What operations answer besides a manifest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from shared.patch.canonical import document
from shared.patch.drafting import Draft
from shared.patch.errors import Problem, Refusal
from shared.patch.fields import (
    EnumField,
    Field,
    LinesField,
    ManyToManyField,
    MultiEnumField,
    RefAnyField,
    RefField,
)
from shared.patch.integrity import check_changed
from shared.patch.manifest import Entity, Manifest
from shared.patch.plain import as_list
from shared.patch.spans import written
from shared.patch.text import Text

# L1 safe, L2 needs a person's confirmation, L3 refused.
Risk = Literal["L1", "L2", "L3"]
Semver = Literal["patch", "minor", "major"]

_EVERYWHERE: Mapping[str, str] = {}

TYPE_NAMES: dict[str, tuple[str, str]] = {
    "text": ("text", "文本"),
    "long_text": ("long text", "长文本"),
    "integer": ("whole number", "整数"),
    "decimal": ("decimal number", "小数"),
    "money": ("money", "金额"),
    "boolean": ("yes or no", "是或否"),
    "date": ("date", "日期"),
    "datetime": ("date and time", "日期时间"),
    "time": ("time of day", "时间"),
    "duration": ("span of time", "时长"),
    "enum": ("choice", "单选"),
    "multi_enum": ("several choices", "多选"),
    "sequence": ("sequence number", "流水号"),
    "file": ("file", "文件"),
    "json": ("JSON document", "JSON 文档"),
    "ref": ("reference", "引用"),
    "many_to_many": ("references", "多个引用"),
    "ref_any": ("reference to one of several", "多类引用"),
    "lines": ("lines", "明细"),
}
ACT_NAMES = {
    "view": ("view", "查看"),
    "create": ("create", "新建"),
    "edit": ("edit", "编辑"),
    "delete": ("delete", "删除"),
}


_FLAGS = {
    "required": ("required", "必填"),
    "unique": ("unique", "唯一"),
    "read_only": ("read-only", "只读"),
    "hidden": ("hidden", "隐藏"),
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """What an operation does, for people."""

    en: str
    zh: str


def accepted(
    manifest: Manifest,
    entity: Entity,
    pointer: str,
    places: Mapping[str, str] = _EVERYWHERE,
    found: Sequence[Problem] = (),
) -> Manifest:
    """The manifest with `entity` in it, if everything about it and about those who refer to it still holds.

    A problem is told at `pointer`, or more precisely where `places` says which part of the entity the operation holds
    at which pointer, such as `{"/rules/r": "/rule"}`. What the operation itself `found` is told with the rest.
    """
    after = manifest.with_entity(entity)
    problems = [] if isinstance(manifest, Draft) else check_changed(manifest, after)
    if problems or found:
        told = [replace(one, pointer=_placed(one.pointer, entity.name, pointer, places)) for one in problems]
        raise Refusal.of([*found, *_once(told)])
    return after


def agreed(before: Manifest, after: Manifest, pointer: str) -> Manifest:
    """`after`, if everything about the entities that changed, and about those who refer to them, still holds."""
    problems = [] if isinstance(before, Draft) else check_changed(before, after)
    if problems:
        raise Refusal.of([replace(one, pointer=pointer) for one in problems])
    return after


def _once(problems: Sequence[Problem]) -> list[Problem]:
    """What is wrong between two entities is found at both."""
    return [one for number, one in enumerate(problems) if one not in problems[:number]]


def _placed(place: str, entity: str, pointer: str, places: Mapping[str, str]) -> str:
    for part, told in places.items():
        whole = f"/entities/{entity}{part}"
        if f"{place}/".startswith(f"{whole}/"):
            return told + place.removeprefix(whole)
    return pointer


def label(text: Text | None, name: str) -> tuple[str, str]:
    return (text.en, text.zh) if text else (name, name)


def entity_label(manifest: Manifest, name: str) -> tuple[str, str]:
    entity = manifest.visible_entities.get(name)
    return label(entity.label if entity else None, name)


def field_label(manifest: Manifest, entity: str, field: str, lines: str | None = None) -> tuple[str, str]:
    """What people read for a field, or with `lines` for a column of that field."""
    found = manifest.visible_entities.get(entity)
    entry = found.visible_fields.get(lines or field) if found else None
    definition = entry.definition if entry else None
    if lines is not None and isinstance(definition, LinesField):
        definition = next((one for one in definition.fields if one.name == field), None)
    return label(definition.label if definition else None, field)


def place_label(manifest: Manifest, entity: str, lines: str | None) -> tuple[str, str]:
    """The entity, or the lines in one of its fields."""
    en, zh = entity_label(manifest, entity)
    if lines is None:
        return en, zh
    lines_en, lines_zh = field_label(manifest, entity, lines)
    return f"the lines “{lines_en}” of {en}", f"{zh}·{lines_zh}"


def described(definition: Field, manifest: Manifest) -> tuple[str, str]:
    """Type, choices, columns, targets, default and demands of a field, in a few words."""
    en, zh = TYPE_NAMES[definition.type]
    match definition:
        case EnumField(options=options) | MultiEnumField(options=options):
            parts = [label(option.label, option.value) for option in options]
        case LinesField(fields=fields):
            parts = [label(one.label, one.name) for one in fields]
        case RefField(target=target) | ManyToManyField(target=target):
            parts = [entity_label(manifest, target)]
        case RefAnyField(targets=targets):
            parts = [entity_label(manifest, one) for one in targets]
        case _:
            parts = []
    if parts:
        en, zh = f"{en}: {', '.join(one[0] for one in parts)}", f"{zh}：{'、'.join(one[1] for one in parts)}"
    default, computed = _default(definition), getattr(definition, "computed", None)
    if default is not None:
        en, zh = f"{en}; default {default[0]}", f"{zh}；默认 {default[1]}"
    if computed is not None:
        en, zh = f"{en}; computed as {computed}", f"{zh}；计算方式 {computed}"
    flags = [_FLAGS[flag] for flag in _FLAGS if getattr(definition, flag)]
    return "; ".join((en, *(flag[0] for flag in flags))), "；".join((zh, *(flag[1] for flag in flags)))


def _default(definition: Field) -> tuple[str, str] | None:
    """As people read it."""
    default = getattr(definition, "default", None)
    if default is None:
        return None
    if isinstance(default, bool):
        return ("yes", "是") if default else ("no", "否")
    if isinstance(definition, EnumField | MultiEnumField):
        chosen = [one for one in definition.options if one.value in (as_list(default) or [default])]
        labels = [label(one.label, one.value) for one in chosen]
        return ", ".join(one[0] for one in labels), "、".join(one[1] for one in labels)
    told = written(default) if isinstance(default, timedelta) else str(document(default))
    return told, told
