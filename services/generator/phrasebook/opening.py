"""Forms that open something to people: a column in a list, a permission."""

import re

from services.generator.phrasebook import scenarios, steps
from services.generator.phrasebook.form import Form, Scene, Step, patterns
from services.generator.phrasebook.refusal import NotUnderstood
from services.generator.phrasebook.vocabulary import fold, nearest

_ACTS = {
    "view": "view",
    "see": "view",
    "read": "view",
    "create": "create",
    "add": "create",
    "edit": "edit",
    "change": "edit",
    "update": "edit",
    "delete": "delete",
    "remove": "delete",
    "查看": "view",
    "创建": "create",
    "新建": "create",
    "编辑": "edit",
    "修改": "edit",
    "删除": "delete",
}
_ROLES = {"管理员": "admin", "销售": "sales", "销售员": "sales", "经理": "manager", "会计": "accountant"}
_ACT = "|".join(word for word in _ACTS if word.isascii())
_ZH_ACT = "|".join(word for word in _ACTS if not word.isascii())
_AND = re.compile(r"\s*(?:,|、|\band\b|和|或)\s*", re.IGNORECASE)


def _list_column(scene: Scene) -> Step:
    entity = scene.words.entity(re.sub(r"\s*list$|的?列表$", "", scene.get("entity")))
    place = scene.words.field(entity, scene.get("field"))
    label_en, label_zh = steps.labels(place)
    return Step(
        steps.show_in_list(place),
        scenarios.of_list_column(scene.manifest, place),
        {"en": f"{label_en} in the list of {entity.plural.en}", "zh": f"{entity.label.zh}列表中的{label_zh}"},
    )


def _allow(scene: Scene) -> Step:
    entity, role = scene.words.entity(scene.get("entity")), _role(scene)
    acts = [_ACTS[act.lower()] for act in _AND.split(scene.get("acts")) if act]
    return Step(
        (steps.grant(entity.name, role, acts),),
        scenarios.of_grant(scene.manifest, entity, role, acts),
        {"en": f"{entity.plural.en} for {role}", "zh": f"{role}对{entity.label.zh}的权限"},
    )


def _role(scene: Scene) -> str:
    said = scene.get("role")
    found = next((role for role in scene.manifest.roles if fold(role) == fold(said)), _ROLES.get(said))
    if found not in scene.manifest.roles:
        raise NotUnderstood([said], nearest=nearest(said, [*scene.manifest.roles, *_ROLES]))
    return found


FORMS = (
    Form(
        "list_column",
        {"en": "Show a field in a list", "zh": "在列表中显示字段"},
        patterns(
            r"show (?:the )?(?P<field_1>[\w\- ]+?) in (?:the )?(?:list of )?(?P<entity_1>[\w ]+)",
            r"在(?P<entity_2>.+?列表)(?:中|里|上)?显示(?P<field_2>.+)",
        ),
        _list_column,
        ("Show address in the customer list.", "在客户列表中显示地址。"),
    ),
    Form(
        "allow",
        {"en": "Allow a role to do something", "zh": "允许某个角色的操作"},
        patterns(
            rf"allow (?P<role_1>\w+) to (?P<acts_1>(?:{_ACT})(?:(?:,| and|, and) (?:{_ACT}))*) (?P<entity_1>[\w ]+)",
            rf"(?P<role_2>\w+) (?:may|can) (?P<acts_2>(?:{_ACT})(?:(?:,| and|, and) (?:{_ACT}))*) (?P<entity_2>[\w ]+)",
            rf"允许(?P<role_3>.+?)(?P<acts_3>(?:{_ZH_ACT})(?:[、和](?:{_ZH_ACT}))*)(?P<entity_3>.+)",
            rf"(?P<role_4>.+?)(?:可以|可)(?P<acts_4>(?:{_ZH_ACT})(?:[、和](?:{_ZH_ACT}))*)(?P<entity_4>.+)",
        ),
        _allow,
        ("Allow managers to edit customers.", "Accountants may view and edit orders.", "允许经理编辑客户。"),
    ),
)
