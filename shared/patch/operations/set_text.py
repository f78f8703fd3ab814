from typing import Any, ClassVar, Literal, Self, TypeVar

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from shared.patch.columns import with_column
from shared.patch.errors import Refusal, nearest
from shared.patch.field_entry import FieldEntry
from shared.patch.fields import EnumField, Field, MultiEnumField
from shared.patch.finding import find_column, find_entity, find_field
from shared.patch.footprint import Footprint, path
from shared.patch.manifest import Entity, Manifest, RuleEntry
from shared.patch.menus import find_menu, menu_path, visible_menus, with_menu
from shared.patch.operations.outcome import Risk, Semver, Sentence, field_label, label, place_label
from shared.patch.text import Closed, Identifier, Text
from shared.patch.undoing import PutEntry, PutMenus, PutParts, Step

Entry = TypeVar("Entry", FieldEntry, RuleEntry)
_TARGETS: dict[tuple[str, ...], str] = {
    ("menu",): "menu",
    ("entity",): "entity",
    ("entity", "rule"): "rule",
    ("entity", "field"): "field",
    ("entity", "lines", "field"): "field",
    ("entity", "field", "option"): "option",
    ("entity", "lines", "field", "option"): "option",
}
_TEXTS = {
    "menu": ("label",),
    "entity": ("label", "plural"),
    "rule": ("message",),
    "field": ("label", "help"),
    "option": ("label",),
}
_CALLED = {
    "label": ("label", "名称"),
    "plural": ("plural", "复数名称"),
    "help": ("help", "说明"),
    "message": ("message", "提示"),
}

_MISTAKEN = Sentence(" Something beside it is called the same.", "旁边已有同名的内容。")


class SetText(Closed):
    """Change what people read, in both languages: how something is called, explained or refused.

    It is about a menu item (`menu`), an entity, a field, an option of a field, or a rule. Menu items, fields and
    options have a `label`; fields have a `help`, too; entities have a `label` and a `plural`; rules have a `message`.
    """

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "op": "set_text",
        "entity": "Customer",
        "field": "phone",
        "label": {"en": "Telephone", "zh": "联系电话"},
        "help": {"en": "With the country code.", "zh": "含国家代码。"},
    }

    op: Literal["set_text"] = "set_text"
    menu: Identifier | None = None
    entity: Identifier | None = None
    # The lines field of which `field` is a column.
    lines: Identifier | None = None
    field: Identifier | None = None
    # The stored value of an option of the field.
    option: str | None = None
    rule: Identifier | None = None
    label: Text | None = None
    plural: Text | None = None
    help: Text | None = None
    message: Text | None = None

    @model_validator(mode="after")
    def _texts_that_it_has(self) -> Self:
        if self._named not in _TARGETS:
            raise PydanticCustomError("text_target", "{named} do not name one thing", {"named": list(self._named)})
        known = _TEXTS[self._about]
        if not self._texts:
            raise PydanticCustomError("text_missing", "no text is given", {"known": list(known), "about": self._about})
        for name in self._texts:
            if name not in known:
                params = {"text": name, "known": list(known), "about": self._about}
                raise PydanticCustomError("text_senseless", "{about} has no {text}", params)
        return self

    @property
    def _named(self) -> tuple[str, ...]:
        names = ("menu", "entity", "lines", "field", "option", "rule")
        return tuple(name for name in names if getattr(self, name) is not None)

    @property
    def _about(self) -> str:
        return _TARGETS[self._named]

    @property
    def _texts(self) -> dict[str, Text]:
        given = {name: getattr(self, name) for name in _CALLED}
        return {name: text for name, text in given.items() if text is not None}

    def apply(self, manifest: Manifest, _module: str) -> Manifest:
        if self.menu is not None:
            return with_menu(manifest, find_menu(manifest, self.menu, "/menu").having(**self._texts))
        entity = find_entity(manifest, self.entity or "")
        if self._about == "entity":
            return manifest.with_entity(entity.having(**self._texts))
        if self.rule is not None:
            entry = self._rule(entity)
            anew = entry.having(rule=entry.rule.having(**self._texts))
            return manifest.with_entity(entity.having(rules=_replaced(entity.rules, anew)))
        field = self._field(entity)
        return manifest.with_entity(entity.having(fields=_replaced(entity.fields, field)))

    def inverse(self, before: Manifest, _module: str) -> tuple[Step, ...]:
        if self.menu is not None:
            return (PutMenus(before.menus),)
        entity = find_entity(before, self.entity or "")
        if self._about == "entity":
            return (PutParts(entity.key, {name: getattr(entity, name) for name in self._texts}),)
        if self.rule is not None:
            return (PutEntry(entity.key, self._rule(entity)),)
        return (PutEntry(entity.key, find_field(entity, self.lines or self.field or "", "/field")),)

    def footprint(self, _manifest: Manifest) -> Footprint:
        above = {"lines": ("field", self.lines, "column"), "field": ("field",), "rule": ("rule",)}
        place = next((above[name] for name in above if getattr(self, name) is not None), ())
        parts = [part for part in (self.entity, *place, self.field or self.rule) if part is not None]
        target = menu_path(self.menu) if self.menu is not None else path(*parts)
        reads = {f"{target}/exists"}
        if self.entity is not None:
            reads.add(path(self.entity, "exists"))
        if self.option is not None:
            # An option is there as long as its field is a choice.
            reads.add(f"{target}/type")
            target = f"{target}/{path('options', self.option)}"
        return Footprint(frozenset(reads), frozenset(f"{target}/{name}" for name in self._texts))

    def risk(self, manifest: Manifest) -> Risk:
        return "L2" if self._is_mistaken(manifest) else "L1"

    def semver(self, _manifest: Manifest) -> Semver:
        return "patch"

    def explain(self, manifest: Manifest) -> Sentence:
        (en, zh), was = self._told(manifest), self._likes(manifest)[0]
        texts = [(_CALLED[name], text, getattr(was, name, None)) for name, text in self._texts.items()]
        told_en = (f"{called[0]} “{text.en}”" + (f", was “{old.en}”" if old else "") for called, text, old in texts)
        told_zh = (
            f"{called[1]}" + (f"由“{old.zh}”改为" if old else "") + f"“{text.zh}”" for called, text, old in texts
        )
        more = _MISTAKEN if self._is_mistaken(manifest) else Sentence("", "")
        return Sentence(
            f"Changes what people read for {en}: {'; '.join(told_en)}.{more.en}",
            f"修改{zh}的文字：{'；'.join(told_zh)}。{more.zh}",
        )

    def _likes(self, manifest: Manifest) -> tuple[Any, list[Any]]:
        """What is called something, as it is, and what people see beside it."""
        entity = manifest.visible_entities.get(self.entity or "")
        if self._about == "menu":
            among, name = {one.name: one for one in visible_menus(manifest)}, self.menu
        elif entity is None or self._about == "entity":
            among, name = {**manifest.visible_entities}, self.entity
        elif self._about == "rule":
            rules = {one.rule.name: one.rule for one in entity.visible_rules}
            return rules.get(self.rule or ""), []
        else:
            among, name = self._choices(entity)
        return among.get(name or ""), [one for key, one in among.items() if key != name]

    def _choices(self, entity: Entity) -> tuple[dict[str, Any], str | None]:
        """Fields or columns by name, or the options of one by value."""
        fields: dict[str, Any] = {name: one.definition for name, one in entity.visible_fields.items()}
        if self.lines is not None:
            fields = {one.name: one for one in getattr(fields.get(self.lines), "fields", ())}
        if self.option is None:
            return fields, self.field
        return {one.value: one for one in getattr(fields.get(self.field or ""), "options", ())}, self.option

    def _is_mistaken(self, manifest: Manifest) -> bool:
        """Something beside it is called the same: people would take one for the other."""
        if self.label is None:
            return False
        others = (label(one.label, getattr(one, "name", None) or one.value) for one in self._likes(manifest)[1])
        en, zh = self.label.en.casefold(), self.label.zh.casefold()
        return any(en == one[0].casefold() or zh == one[1].casefold() for one in others)

    def _rule(self, entity: Entity) -> RuleEntry:
        known = {entry.rule.name: entry for entry in entity.visible_rules}
        if self.rule not in known:
            params = {"kind": "rule", "part": self.rule, "entity": entity.name, "known": list(known)}
            raise Refusal("part_unknown", "/rule", params, nearest(self.rule or "", known))
        return known[self.rule]

    def _field(self, entity: Entity) -> FieldEntry:
        """The field with its new texts, or with those of its column."""
        if self.lines is not None:
            entry, column = find_column(entity, self.lines, self.field or "")
            anew = self._definition(entity, column.definition)
            return with_column(entry, column.having(definition=anew))
        entry = find_field(entity, self.field or "", "/field")
        return entry.having(definition=self._definition(entity, entry.definition))

    def _definition(self, entity: Entity, before: Field) -> Field:
        if self.option is None:
            return before.having(**self._texts)
        options = before.options if isinstance(before, EnumField | MultiEnumField) else ()
        known = [one.value for one in options]
        if self.option not in known:
            params = {"option": self.option, "field": f"{entity.name}.{before.name}", "known": known}
            raise Refusal("option_unknown", "/option", params, nearest(self.option, known))
        anew = tuple(one.having(**self._texts) if one.value == self.option else one for one in options)
        return before.having(options=anew)

    def _told(self, manifest: Manifest) -> tuple[str, str]:
        """What it is about, for people."""
        if self.menu is not None:
            return f"the menu item `{self.menu}`", f"菜单项 `{self.menu}` "
        entity = place_label(manifest, self.entity or "", self.lines)
        if self.rule is not None:
            return f"the rule `{self.rule}` of {entity[0]}", f"“{entity[1]}”的规则 `{self.rule}` "
        if self.field is None:
            return f"the entity {entity[0]}", f"实体“{entity[1]}”"
        field = field_label(manifest, self.entity or "", self.field, self.lines)
        en, zh = f"the field “{field[0]}” of {entity[0]}", f"“{entity[1]}”的字段“{field[1]}”"
        return (f"the option `{self.option}` of {en}", f"{zh}的选项 `{self.option}` ") if self.option else (en, zh)


def _replaced(entries: tuple[Entry, ...], anew: Entry) -> tuple[Entry, ...]:
    return tuple(anew if one.key == anew.key else one for one in entries)
