from typing import Any, ClassVar, Literal

from shared.patch.errors import Refusal
from shared.patch.expression import compile_expression
from shared.patch.finding import find_entity, refuse_taken
from shared.patch.footprint import Footprint, path
from shared.patch.keys import rule_key
from shared.patch.manifest import Manifest, Rule, RuleEntry
from shared.patch.operations.outcome import Risk, Semver, Sentence, accepted, entity_label
from shared.patch.operations.reading import expression_reads
from shared.patch.text import Closed, Identifier
from shared.patch.undoing import HideEntry, PutEntry, Step

_OCCASIONS = {"create": ("created", "新建"), "update": ("changed", "修改"), "delete": ("deleted", "删除")}


class AddRule(Closed):
    """Add a condition that every record must meet when it is saved.

    Records that break it already stay as they are until they are next saved, so a new error rule asks for a person's
    confirmation. The rule is broken only when the condition is false, not when a value that it needs is missing.
    """

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "op": "add_rule",
        "entity": "Order",
        "rule": {
            "name": "large_orders_need_approval_note",
            "expression": "total <= 10000 || notes != null",
            "message": {"en": "Orders over 10000 need a note.", "zh": "金额超过 10000 的订单需要备注。"},
        },
    }

    op: Literal["add_rule"] = "add_rule"
    entity: Identifier
    rule: Rule

    def apply(self, manifest: Manifest, module: str) -> Manifest:
        entity = find_entity(manifest, self.entity)
        names = [entry.rule.name for entry in entity.visible_rules]
        refuse_taken(self.rule.name, names, "rule_taken", "/rule/name", entity.name)
        if not self.rule.on:
            raise Refusal("rule_never", "/rule/on", {"rule": self.rule.name})
        try:
            compile_expression(self.rule.expression, entity, manifest, expect="boolean")
        except Refusal as refusal:
            raise refusal.under("/rule/expression") from None
        entry = RuleEntry(key=rule_key(module, entity.name, self.rule.name), rule=self.rule)
        if any(one.key == entry.key for one in entity.rules):
            rules = tuple(entry if one.key == entry.key else one for one in entity.rules)
        else:
            rules = (*entity.rules, entry)
        return accepted(manifest, entity.having(rules=rules), "/rule")

    def inverse(self, before: Manifest, module: str) -> tuple[Step, ...]:
        entity = find_entity(before, self.entity)
        key = rule_key(module, entity.name, self.rule.name)
        returning = next((entry for entry in entity.rules if entry.key == key), None)
        return (HideEntry(entity.key, key) if returning is None else PutEntry(entity.key, returning),)

    def footprint(self, manifest: Manifest) -> Footprint:
        reads = expression_reads(self.entity, self.rule.expression, manifest) | {path(self.entity, "exists")}
        return Footprint(reads, frozenset((path(self.entity, "rule", self.rule.name),)))

    def risk(self, _manifest: Manifest) -> Risk:
        return "L2" if self.rule.severity == "error" else "L1"

    def semver(self, _manifest: Manifest) -> Semver:
        return "minor" if self.rule.severity == "error" else "patch"

    def explain(self, manifest: Manifest) -> Sentence:
        entity = entity_label(manifest, self.entity)
        acts = [_OCCASIONS[occasion] for occasion in self.rule.on]
        en, zh = ("refuses", "拒绝") if self.rule.severity == "error" else ("warns about", "提醒")
        return Sentence(
            f"{entity[0]}: when a record is {' or '.join(act[0] for act in acts)}, {en} it unless "
            f"{self.rule.expression} — “{self.rule.message.en}”",
            f"{entity[1]}：{'或'.join(act[1] for act in acts)}记录时，若不满足 {self.rule.expression} 则{zh}"
            f"——“{self.rule.message.zh}”",
        )
