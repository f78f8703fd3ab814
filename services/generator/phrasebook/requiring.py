"""Forms that ask for something under a condition: large orders need a note, cancelled ones a reason."""

from services.generator.phrasebook import scenarios, steps
from services.generator.phrasebook.form import Form, Operation, Scenario, Scene, Step, patterns
from services.generator.phrasebook.kinds import NUMBER, number
from services.generator.phrasebook.naming import name, sentence_case
from services.generator.phrasebook.records import Needed
from services.generator.phrasebook.refusal import NotUnderstood
from services.generator.phrasebook.vocabulary import Place
from shared.patch.fields import EnumField, Option
from shared.patch.manifest import Entity

_NEED = r"(?:must |should )?(?:need|needs|require|requires|have|has|carry|carries) (?:an? |the |its )?"
_ZH_NEED = r",?(?:则|就)?(?:都)?(?:必须|须|应)?(?:需要有|需要填写|需要|需有|必须有|有|要有|填写|提供|必填)"
# How a limit is said, what must hold instead, and how a message says it in both languages.
_LIMITS = {
    "over": ("<=", "over {n}", "超过{n}"),
    "at least": ("<", "of at least {n}", "达到{n}"),
    "under": (">=", "under {n}", "低于{n}"),
}
_SAID = {
    "over": (
        "over",
        "above",
        "exceeding",
        "exceeds",
        "exceed",
        "more than",
        "greater than",
        "larger than",
        "超过",
        "大于",
        "高于",
        "多于",
    ),
    "at least": ("at least", "达到", "不低于", "不少于"),
    "under": ("under", "below", "less than", "低于", "小于", "少于"),
}
_LIMIT_WORDS = {word: limit for limit, words in _SAID.items() for word in words}
_EN_LIMIT = "(?:is |are |of )?(?P<limit_{i}>" + "|".join(word for word in _LIMIT_WORDS if word.isascii()) + ")"
_ZH_LIMIT = "(?P<limit_{i}>" + "|".join(word for word in _LIMIT_WORDS if not word.isascii()) + ")"


def _need_over(scene: Scene) -> Step:
    entity = scene.words.entity(scene.get("entity"))
    amount = scene.words.amount(entity, scene.get("field"))
    limit, value = _LIMIT_WORDS[scene.get("limit").lower()], number(scene.get("n"))
    holds, en, zh = _LIMITS[limit]
    needed = _needed(scene, entity)
    rule = {
        "name": steps.rule_name(needed.name, "when", amount.field.name, limit, value),
        "expression": f"{amount.field.name} {holds} {value} || {needed.name} != null",
        "message": {
            "en": sentence_case(
                f"{entity.plural.en} {_with(amount)}{en.format(n=value)} need {_article(needed.english)}."
            ),
            "zh": f"{_amount_word(amount)}{zh.format(n=value)}的{entity.label.zh}需要填写{needed.chinese}。",
        },
    }
    proof = scenarios.of_amount(scene.manifest, entity, amount, needed, limit, value)
    return _step(entity, needed, rule, proof)


def _need_when(scene: Scene) -> Step | None:
    entity = scene.words.find_entity(scene.get("entity"))
    place = _option_place(scene, entity) if entity else None
    if entity is None or place is None:
        return None
    value = scene.words.option(place, scene.get("value"))
    needed = _needed(scene, entity)
    label = next((one.label for one in _options(place) if one.value == value and one.label), None)
    en, zh = (label.en, label.zh) if label else (value, value)
    rule = {
        "name": steps.rule_name(needed.name, "when", place.field.name, "is", value),
        "expression": f'{place.field.name} != "{value}" || {needed.name} != null',
        "message": {
            "en": sentence_case(f"{en} {entity.plural.en.lower()} need {_article(needed.english)}."),
            "zh": f"{zh}的{entity.label.zh}需要填写{needed.chinese}。",
        },
    }
    return _step(entity, needed, rule, scenarios.of_option(scene.manifest, entity, place, needed, value))


def _needed(scene: Scene, entity: Entity) -> Needed:
    found = scene.words.find_field(entity, scene.get("what"))
    if found is None:
        new = name(scene.get("what"))
        return Needed(new.camel, new.english[:1].lower() + new.english[1:], new.chinese, new)
    label = found.definition.label
    return Needed(found.name, label.en.lower() if label else found.name, label.zh if label else found.name, None)


def _step(entity: Entity, needed: Needed, rule: Operation, proof: tuple[Scenario, ...]) -> Step:
    operations = [steps.add_rule(entity.name, rule)]
    if needed.new is not None:
        definition = {"name": needed.name, "label": needed.new.label, "type": "text"}
        operations = [steps.add_field(entity.name, definition), *operations]
    about = {
        "en": f"{sentence_case(needed.english)} for {entity.plural.en}",
        "zh": f"{entity.label.zh}的{needed.chinese}",
    }
    return Step(tuple(operations), proof, about)


def _amount_word(amount: Place) -> str:
    label = amount.field.label
    return "金额" if amount.field.name in {"total", "amount"} or label is None else label.zh


def _with(amount: Place) -> str:
    return "" if _amount_word(amount) == "金额" else f"with {_article(steps.labels(amount)[0].lower())} "


def _article(words: str) -> str:
    """`a delivery note`, `an approver`, `notes`."""
    if words.endswith("s") and not words.endswith("ss"):
        return words
    return f"an {words}" if words[0] in "aeiou" else f"a {words}"


def _option_place(scene: Scene, entity: Entity) -> Place | None:
    """The enum field named, or for `cancelled orders` the one field that has such an option."""
    if scene.get("field"):
        return scene.words.field(entity, scene.get("field"))
    found: list[Place] = []
    for entry in entity.visible_fields.values():
        place = Place(entity, entry)
        try:
            scene.words.option(place, scene.get("value"))
        except NotUnderstood:
            continue
        found.append(place)
    return found[0] if len(found) == 1 else None


def _options(place: Place) -> tuple[Option, ...]:
    return place.field.options if isinstance(place.field, EnumField) else ()


FORMS = (
    Form(
        "need_over",
        {"en": "Ask for a field above or below an amount", "zh": "金额超过或低于某值时要求填写字段"},
        patterns(
            rf"(?P<entity_1>[\w ]+?) (?:(?:with|whose) (?:an? |the )?(?P<field_1>[\w ]+?) )?{_EN_LIMIT.format(i=1)}"
            rf" (?P<n_1>{NUMBER}) {_NEED}(?P<what_1>[\w ]+)",
            rf"(?P<field_2>[^\d,的]*?){_ZH_LIMIT.format(i=2)}(?P<n_2>{NUMBER})元?的(?P<entity_2>[^,]+?){_ZH_NEED}(?P<what_2>[^,]+)",
            rf"(?P<entity_3>[^\d,]+?)的?(?P<field_3>总?金额|总额|总价|总计){_ZH_LIMIT.format(i=3)}(?P<n_3>{NUMBER})元?(?:时|的)?{_ZH_NEED}(?P<what_3>[^,]+)",
        ),
        _need_over,
        (
            "Orders over 10000 need a delivery note.",
            "Orders with a subtotal above 500 require notes.",
            "Transactions of at least 2000 need an approver.",
            "金额超过10000的订单需要送货说明。",
            "订单总额超过500时必须填写备注。",
            "小计低于100的订单需要原因。",
        ),
    ),
    Form(
        "need_when",
        {"en": "Ask for a field when a record has an option", "zh": "记录为某个选项时要求填写字段"},
        patterns(
            rf"(?P<entity_1>[\w ]+?) (?:with|whose) (?:an? |the )?(?P<field_1>\w+) (?:is )?"
            rf"(?P<value_1>\w+) {_NEED}(?P<what_1>[\w ]+)",
            rf"(?P<value_2>\w+) (?P<entity_2>[\w ]+?) {_NEED}(?P<what_2>[\w ]+)",
            rf"(?P<field_3>[^,的]+?)(?:为|是)(?P<value_3>[^,的]+?)的(?P<entity_3>[^,]+?){_ZH_NEED}(?P<what_3>[^,]+)",
            rf"(?P<value_4>[^,的]+?)的(?P<entity_4>[^,的]+?){_ZH_NEED}(?P<what_4>[^,]+)",
        ),
        _need_when,
        (
            "Cancelled orders need notes.",
            "Customers whose status is archived need a reason.",
            "状态为已取消的订单需要备注。",
            "已归档的客户需要原因。",
        ),
    ),
)
