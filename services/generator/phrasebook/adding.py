"""Forms that add: a field, a reference, an entity."""

import re

from services.generator.phrasebook import scenarios, steps
from services.generator.phrasebook.describing import describe_field
from services.generator.phrasebook.form import Form, Scene, Step, patterns
from services.generator.phrasebook.naming import name
from services.generator.phrasebook.refusal import NotUnderstood
from services.generator.phrasebook.vocabulary import Vocabulary

_TAIL = r"(?P<tail>\s*(?:[:;,(]| with | as | which is | that is ).*)?"
_LIST_IN_BRACKETS = re.compile(r"^(?P<what>[^(]+?)\s*\((?P<list>[^)]*[,;、][^)]*)\)$")
_AND = re.compile(r"\s*(?:,|、|;|\band\b|和|以及)\s*", re.IGNORECASE)


def _add_field(scene: Scene) -> Step | None:
    entity = scene.words.find_entity(scene.get("entity"))
    if entity is None and _is_entity_word(scene.get("what")):
        return None
    entity = entity or scene.words.entity(scene.get("entity"))
    what, tail = scene.get("what"), scene.get("tail")
    if listed := _LIST_IN_BRACKETS.match(what):
        what, tail = listed["what"], f"{listed['list']};{tail}" if tail else listed["list"]
    named, definition = describe_field(what, tail, scene.words)
    return Step(
        (steps.add_field(entity.name, definition),),
        scenarios.of_new_field(scene.manifest, entity, definition),
        {"en": f"{named.english} for {entity.plural.en}", "zh": f"{entity.label.zh}的{named.chinese}"},
    )


def _link(scene: Scene) -> Step:
    source, target = scene.words.entity(scene.get("entity")), scene.words.entity(scene.get("target"))
    named = name(scene.get("name") or target.label.en)
    definition = {"name": named.camel, "label": named.label, "type": "ref", "target": target.name}
    return Step(
        (steps.add_field(source.name, definition),),
        scenarios.of_new_field(scene.manifest, source, definition),
        {"en": f"{named.english} of {source.plural.en}", "zh": f"{source.label.zh}的{named.chinese}"},
    )


def _add_entity(scene: Scene) -> Step:
    named = name(scene.get("what"))
    if (known := scene.words.find_entity(scene.get("what"))) is not None:
        raise NotUnderstood([scene.get("what")], nearest=[known.label.en, known.label.zh], code="entity_exists")
    described = [
        describe_field(part, "", Vocabulary(scene.manifest)) for part in _AND.split(scene.get("fields")) if part
    ]
    fields = [definition for _, definition in described]
    return Step(
        steps.add_entity(named, fields, scene.manifest.roles),
        scenarios.of_new_entity(scene.manifest, named, fields),
        {"en": f"{steps.plural(named.english)}", "zh": named.chinese},
    )


def _is_entity_word(what: str) -> bool:
    return re.match(r"(?:an? )?(?:entity|table|list|record type)\b|实体|表", what, re.IGNORECASE) is not None


FORMS = (
    Form(
        "add_entity",
        {"en": "Add an entity with simple fields", "zh": "新增实体及其简单字段"},
        patterns(
            r"(?:add|create) (?:an? |the )?(?:new )?(?:entity|table|record type) (?:called |named )?(?P<what_1>[\w ]+?)"
            r" (?:with|having)(?: the)?(?: fields?)?:? (?P<fields_1>.+)",
            r"(?:新增|增加|添加|创建)(?:一个)?(?:实体|表)(?P<what_2>[^,:;]+?)[,:;]?"
            r"(?:包含|字段(?:为|有|包括)?|有)[:]?(?P<fields_2>.+)",
        ),
        _add_entity,
        (
            "Add an entity Supplier with name, phone and due date.",
            "Create a new entity called visit report with title, date field visit date and money field cost.",
            "新增实体供应商，字段：名称、电话、截止日期。",
        ),
    ),
    Form(
        "link",
        {"en": "Link one entity to another", "zh": "把一个实体关联到另一个"},
        patterns(
            r"link (?P<entity_1>[\w ]+?) to (?P<target_1>[\w ]+?)(?: (?:as|called) (?P<name_1>.+))?",
            r"add (?:an? )?reference from (?P<entity_2>[\w ]+?) to (?P<target_2>[\w ]+?)"
            r"(?: (?:as|called) (?P<name_2>.+))?",
            r"(?:把|将)(?P<entity_3>.+?)关联到(?P<target_3>.+?)(?:[,]?(?:作为|叫做?|名为)(?P<name_3>.+))?",
            r"(?:给|为)(?P<entity_4>.+?)(?:增加|添加|新增)(?:一个)?(?:对|到)(?P<target_4>.+?)的引用"
            r"(?:[,]?(?:作为|叫做?|名为)?(?P<name_4>.+))?",
        ),
        _link,
        (
            "Link transactions to customers as billing customer.",
            "Add a reference from orders to customers called recipient.",
            "把订单关联到客户，作为付款客户。",
            "给订单增加对客户的引用“收货人”。",
        ),
    ),
    Form(
        "add_field",
        {"en": "Add a field", "zh": "增加字段"},
        patterns(
            r"(?:add|create) (?:an? |the )?(?P<what_1>(?:[^:;,(]|\([^)]*\))+?) (?:to|on|for) (?P<entity_1>[\w ]+?)"
            + _TAIL.replace("tail", "tail_1"),
            r"give (?P<entity_2>[\w ]+?) an? (?P<what_2>[^:;,(]+?)" + _TAIL.replace("tail", "tail_2"),
            r"(?:给|为|在)(?P<entity_3>[^,:;]+?)(?:上|中|里)?(?:增加|添加|新增|加上|加)(?:一个|一项|个)?"
            r"(?P<what_3>[^:;,、(]+(?:\([A-Za-z][\w ]*\))?)"
            r"(?P<tail_3>[:;,(].*)?",
            r"(?P<entity_4>[^\W\d][^\W\d ]*(?: [^\W\d]+)?) needs? an? (?P<what_4>[^:;,(]+?)"
            + _TAIL.replace("tail", "tail_4"),
            r"(?P<entity_5>[^,:;]+?)需要一个(?P<what_5>[^:;,、(]+)(?P<tail_5>[:;,(].*)?",
        ),
        _add_field,
        (
            "Add a loyalty tier to customers: bronze, silver, gold; default bronze.",
            "Add a nickname to customers.",
            "Add a required text field called tax number to customers, up to 20 characters.",
            "Add a money field credit limit to customers, between 0 and 50000.",
            "Add birthday (date) to customers.",
            "Add a yes/no field called key customer to customers, default no.",
            "Give orders a delivery date.",
            "Customers need a birthday, a date.",
            "Add an integer field called rating to customers, between 1 and 5.",
            "给客户增加会员等级：青铜、白银、黄金；默认青铜。",
            "给客户增加昵称。",
            "给客户添加一个金额字段“信用额度”，0到50000之间。",
            "为订单添加日期字段交货日期。",
            "给客户增加是否字段“重要客户”，默认否。",
            "给客户增加必填的文本字段税号，最多20个字符。",
            "给客户增加会员积分（loyaltyPoints），类型为整数。",
        ),
    ),
)
