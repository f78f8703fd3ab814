from typing import Any, ClassVar, Literal

from shared.patch.entries import placed, unplaced
from shared.patch.errors import Problem
from shared.patch.finding import find_entity
from shared.patch.footprint import Footprint, path
from shared.patch.integrity.said import said_by_rule, words
from shared.patch.keys import rule_key
from shared.patch.manifest import Manifest, Rule, RuleEntry
from shared.patch.operations.needs import lookup_needs, said_needs
from shared.patch.operations.outcome import Risk, Semver, Sentence, accepted, entity_label
from shared.patch.operations.telling import OCCASIONS, told_lookups
from shared.patch.text import Closed, Identifier
from shared.patch.undoing import Step


class AddRule(Closed):
    """Add a condition that every record must meet when it is saved, or when it is deleted.

    Records that break it already stay as they are until they are next saved, so a new error rule asks for a person's
    confirmation. The rule is broken only when the condition is false, not when a value that it needs is missing.
    What it needs to know about other records it declares as `lookups` and names with an at sign.
    """

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "op": "add_rule",
        "entity": "Order",
        "rule": {
            "name": "customers_owe_little",
            "expression": "total + @owed <= 10000 || notes != null",
            "lookups": {
                "owed": {
                    "entity": "Order",
                    "by": "customer",
                    "equals": "customer",
                    "where": "status != 'shipped' && id != this.id",
                    "find": "sum",
                    "value": "total",
                }
            },
            "message": {
                "en": "Open orders of one customer over 10000 need a note.",
                "zh": "同一客户未发货订单超过 10000 时需要备注。",
            },
        },
    }

    op: Literal["add_rule"] = "add_rule"
    entity: Identifier
    rule: Rule

    def apply(self, manifest: Manifest, module: str) -> Manifest:
        entity = find_entity(manifest, self.entity)
        found = rule_problems(self.rule, entity.name, [entry.rule.name for entry in entity.visible_rules])
        entry = RuleEntry(key=rule_key(module, entity.name, self.rule.name), rule=self.rule)
        entity = entity.having(rules=placed(entity.rules, entry))
        return accepted(manifest, entity, "/rule", {f"/rules/{self.rule.name}": "/rule"}, found)

    def inverse(self, before: Manifest, module: str) -> tuple[Step, ...]:
        entity = find_entity(before, self.entity)
        return (unplaced(entity, entity.rules, rule_key(module, entity.name, self.rule.name)),)

    def footprint(self, manifest: Manifest) -> Footprint:
        reads = rule_needs(self.rule, self.entity, manifest)
        return Footprint(reads, frozenset((path(self.entity, "rule", self.rule.name),)))

    def risk(self, _manifest: Manifest) -> Risk:
        return "L2" if self.rule.severity == "error" else "L1"

    def semver(self, _manifest: Manifest) -> Semver:
        return "minor" if self.rule.severity == "error" else "patch"

    def explain(self, manifest: Manifest) -> Sentence:
        entity, told = entity_label(manifest, self.entity), told_rule(self.rule, manifest)
        return Sentence(f"{entity[0]}: {told.en}", f"{entity[1]}：{told.zh}")


def rule_problems(rule: Rule, entity: str, taken: list[str]) -> list[Problem]:
    """Why the rule cannot be there, whatever its expression says."""
    params = {"name": rule.name, "entity": entity}
    found = [
        Problem("rule_taken", "/rule/name", {**params, "other": other})
        for other in taken
        if other.casefold() == rule.name.casefold()
    ]
    if not rule.on:
        found.append(Problem("rule_never", "/rule/on", {"rule": rule.name}))
    if set(rule.on) == {"create"} and "old" in words(rule.expression, "name"):
        found.append(Problem("old_of_new", "/rule/expression", {"part": rule.name}))
    return found


def rule_needs(rule: Rule, entity: str, manifest: Manifest) -> frozenset[str]:
    said = said_by_rule("", rule, entity, manifest)
    return said_needs(said, manifest) | lookup_needs(rule.lookups, manifest) | {path(entity, "exists")}


def told_rule(rule: Rule, manifest: Manifest) -> Sentence:
    acts, more = [OCCASIONS[occasion] for occasion in rule.on], told_lookups(rule.lookups, manifest)
    en, zh = ("refuses", "拒绝") if rule.severity == "error" else ("warns about", "提醒")
    return Sentence(
        f"when a record is {' or '.join(act[0] for act in acts)}, {en} it unless "
        f"{rule.expression} — “{rule.message.en}”{more.en}",
        f"{'或'.join(act[1] for act in acts)}记录时，若不满足 {rule.expression} 则{zh}——“{rule.message.zh}”{more.zh}",
    )
