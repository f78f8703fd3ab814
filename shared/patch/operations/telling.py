"""Lookups, transitions and triggers in words, for the sentence that an operation says about itself."""

from collections.abc import Mapping

from shared.patch.fields import Option
from shared.patch.lookup import Lookup
from shared.patch.manifest import CreateEffect, Grant, Machine, Manifest, Transition
from shared.patch.operations.outcome import ACT_NAMES, Sentence, entity_label, field_label, label
from shared.patch.trigger import Action, CreateAction, NotifyAction, SetAction, Trigger, UpdateAction

OCCASIONS = {"create": ("created", "新建"), "update": ("changed", "修改"), "delete": ("deleted", "删除")}
_FINDS = {
    "exists": ("whether there is one of {of}", "是否有{of}"),
    "count": ("how many there are of {of}", "{of}的数量"),
    "sum": ("the sum of {value} over {of}", "{of}的“{value}”合计"),
    "min": ("the least {value} of {of}", "{of}中最小的“{value}”"),
    "max": ("the greatest {value} of {of}", "{of}中最大的“{value}”"),
    "one": ("the {value} of the one of {of}", "{of}的“{value}”"),
}


def told_lookups(lookups: Mapping[str, Lookup], manifest: Manifest) -> Sentence:
    """What `@name` stands for, as sentences behind another; nothing when there are none."""
    told = [(name, _lookup(one, manifest)) for name, one in lookups.items()]
    return Sentence(
        "".join(f" @{name} is {one.en}." for name, one in told), "".join(f"@{name} 为{one.zh}。" for name, one in told)
    )


def told_trigger(trigger: Trigger, entity: str, manifest: Manifest) -> Sentence:
    """When it is about to happen, and what."""
    acts = [OCCASIONS[one] for one in dict.fromkeys(trigger.on)]
    done = [_action(one, entity, manifest) for one in trigger.actions]
    en, zh = "; ".join(one.en for one in done), "；".join(one.zh for one in done)
    when = (f" and {trigger.when}", f"且满足 {trigger.when} ") if trigger.when is not None else ("", "")
    more = told_lookups(trigger.lookups, manifest)
    return Sentence(
        f"when a record is {' or '.join(one[0] for one in acts)}{when[0]}, {en}.{more.en}",
        f"{'或'.join(one[1] for one in acts)}记录{when[1]}时，{zh}。{more.zh}",
    )


def told_machine(machine: Machine, entity: str, manifest: Manifest) -> Sentence:
    """Where records begin, and how they go on."""
    options = options_of(entity, machine.field, manifest)
    initial = _option(machine.initial, options)
    told = [told_transition(one, entity, manifest, options) for one in machine.transitions]
    written = [told_effect(one, manifest) for one in machine.effects]
    en = [one.en for one in told] + [f"each time it writes {one.en}" for one in written]
    zh = [one.zh for one in told] + [f"每次写入{one.zh}" for one in written]
    return Sentence(f"“{initial[0]}”: {'; '.join(en)}", f"初始为“{initial[1]}”：{'；'.join(zh)}")


def told_transition(one: Transition, entity: str, manifest: Manifest, options: tuple[Option, ...]) -> Sentence:
    """From where to where, who may, under which condition, and what is written."""
    source, target = _option(one.source, options), _option(one.target, options)
    en, zh = f"{source[0]} → {target[0]}", f"{source[1]} → {target[1]}"
    if one.roles:
        en, zh = f"{en} by {' or '.join(one.roles)}", f"{zh}（限 {'、'.join(one.roles)}）"
    if one.guard is not None:
        en, zh = f"{en} if {one.guard}", f"{zh}（须满足 {one.guard}）"
    if one.sets:
        sets = _values(one.sets, entity, manifest)
        en, zh = f"{en}, setting {sets.en}", f"{zh}，并设置{sets.zh}"
    for effect in one.effects:
        written = told_effect(effect, manifest)
        en, zh = f"{en}, writing {written.en}", f"{zh}，并写入{written.zh}"
    if one.lookups:
        asked = told_lookups(one.lookups, manifest)
        en, zh = f"{en} ({asked.en.strip().rstrip('.')})", f"{zh}（{asked.zh.rstrip('。')}）"
    return Sentence(en, zh)


def told_effect(one: CreateEffect | CreateAction, manifest: Manifest) -> Sentence:
    """A record that is written, and what stands in it."""
    written, told = entity_label(manifest, one.entity), _values(one.values, one.entity, manifest)
    return Sentence(f"a record of {written[0]} with {told.en}", f"一条“{written[1]}”：{told.zh}")


def told_grant(one: Grant, entity: str, manifest: Manifest) -> Sentence:
    """Who may do what, and with which records."""
    whose, more = entity_label(manifest, entity), told_lookups(one.lookups, manifest)
    acts = [ACT_NAMES[act] for act in one.allow]
    field = field_label(manifest, entity, one.field) if one.field is not None else None
    where = (f" where {one.where}", f"（仅限满足 {one.where} 的记录）") if one.where is not None else ("", "")
    return Sentence(
        f"Lets the role {one.role} {', '.join(act[0] for act in acts)} "
        + (f"the field “{field[0]}” of {whose[0]}; only roles granted it may." if field else f"{whose[0]}{where[0]}.")
        + more.en,
        f"允许角色 {one.role} {'、'.join(act[1] for act in acts)}“{whose[1]}”"
        + (f"的字段“{field[1]}”；只有获得授权的角色可以。" if field else f"{where[1]}。")
        + more.zh,
    )


def options_of(entity: str, field: str | None, manifest: Manifest) -> tuple[Option, ...]:
    """The choices of a field; none of one that has none."""
    found = manifest.visible_entities.get(entity)
    entry = found.visible_fields.get(field or "") if found is not None else None
    return getattr(entry.definition, "options", ()) if entry is not None else ()


def _option(value: str, options: tuple[Option, ...]) -> tuple[str, str]:
    return next((label(one.label, value) for one in options if one.value == value), (value, value))


def _lookup(one: Lookup, manifest: Manifest) -> Sentence:
    by, whose = field_label(manifest, one.entity, one.by), _compared(one.equals)
    entity = entity_label(manifest, one.entity)
    en, zh = f"{entity[0]} whose {by[0]} is {whose[0]}", f"“{by[1]}”为{whose[1]}"
    if one.where is not None:
        en, zh = f"{en} and {one.where}", f"{zh}且满足 {one.where} "
    zh = f"{zh}的“{entity[1]}”"
    if one.sort is not None:
        name = field_label(manifest, one.entity, one.sort.removeprefix("-"))
        down = one.sort.startswith("-")
        en, zh = (
            f"{en}, {'last' if down else 'first'} by {name[0]}",
            f"{zh}（按“{name[1]}”{'倒序' if down else '正序'}）",
        )
    value = field_label(manifest, one.entity, one.value or "")
    told = _FINDS[one.find]
    return Sentence(told[0].format(of=en, value=value[0]), told[1].format(of=zh, value=value[1]))


def _action(one: Action, entity: str, manifest: Manifest) -> Sentence:
    match one:
        case SetAction(values=values):
            told = _values(values, entity, manifest)
            return Sentence(f"sets {told.en}", f"设置{told.zh}")
        case CreateAction():
            written = told_effect(one, manifest)
            return Sentence(f"writes {written.en}", f"写入{written.zh}")
        case UpdateAction(entity=target, values=values):
            told, written = _values(values, target, manifest), entity_label(manifest, target)
            by, whose = field_label(manifest, target, one.by), _compared(one.equals)
            where = (f" and {one.where}", f"且满足 {one.where} ") if one.where is not None else ("", "")
            return Sentence(
                f"changes up to {one.limit} of {written[0]} whose {by[0]} is {whose[0]}{where[0]}, setting {told.en}",
                f"修改“{by[1]}”为{whose[1]}{where[1]}的“{written[1]}”（最多 {one.limit} 条），设置{told.zh}",
            )
        case NotifyAction(role=role, message=message):
            return Sentence(f"tells everybody with the role {role} “{message.en}”", f"通知角色 {role}“{message.zh}”")


def _compared(text: str) -> tuple[str, str]:
    return ("this record", "本记录") if text.strip() == "id" else (text, f" {text} ")


def _values(values: Mapping[str, str], entity: str, manifest: Manifest) -> Sentence:
    told = [(field_label(manifest, entity, name), text) for name, text in values.items()]
    return Sentence(
        ", ".join(f"{name[0]} to {text}" for name, text in told),
        "、".join(f"“{name[1]}”为 {text}" for name, text in told),
    )
