"""Forms that change a field that is there: required, optional, unique, default, length, label; and its removal."""

from typing import Any

from services.generator.phrasebook import scenarios, steps
from services.generator.phrasebook.form import Form, Scene, Step, patterns
from services.generator.phrasebook.kinds import value_of
from services.generator.phrasebook.naming import strip
from services.generator.phrasebook.refusal import NotUnderstood
from services.generator.phrasebook.splitting import is_chinese
from services.generator.phrasebook.vocabulary import Place
from shared.patch.fields import EnumField

_TEXTS = frozenset({"text", "long_text"})
_WITH_DEFAULT = _TEXTS | {"integer", "decimal", "money", "boolean", "date", "datetime", "enum"}


def _place(scene: Scene) -> Place:
    if scene.get("entity"):
        return scene.words.field(scene.words.entity(scene.get("entity")), scene.get("field"))
    return scene.words.place(scene.get("of"))


def _change(place: Place, changes: dict[str, Any], en: str, zh: str, proof: tuple[Any, ...] = ()) -> Step:
    label_en, label_zh = steps.labels(place)
    about = {
        "en": f"{en} {label_en.lower()} for {place.entity.plural.en}",
        "zh": f"{place.entity.label.zh}的{label_zh}{zh}",
    }
    return Step((steps.change_field(place, changes),), proof, about)


def _require(scene: Scene) -> Step:
    place = _place(scene)
    proof = scenarios.of_required(scene.manifest, place)
    return _change(place, {"required": True}, "Required", "必填", proof)


def _make_optional(scene: Scene) -> Step:
    place = _place(scene)
    return _change(place, {"required": False}, "Optional", "选填", scenarios.of_optional(scene.manifest, place))


def _make_unique(scene: Scene) -> Step:
    place = _place(scene)
    return _change(place, {"unique": True}, "Unique", "唯一", scenarios.of_unique(scene.manifest, place))


def _limit_length(scene: Scene) -> Step:
    place = _place(scene)
    if place.field.type not in _TEXTS:
        raise NotUnderstood([scene.get("of") or scene.get("field")])
    proof = scenarios.of_length(scene.manifest, place, int(scene.get("n")))
    return _change(place, {"max_length": int(scene.get("n"))}, "Length of", "长度", proof)


def _change_default(scene: Scene) -> Step:
    place = _place(scene)
    if place.field.type not in _WITH_DEFAULT:
        raise NotUnderstood([scene.get("of") or scene.get("field")])
    if isinstance(place.field, EnumField):
        value: Any = scene.words.option(place, scene.get("value"))
    else:
        value = value_of({"type": place.field.type}, scene.get("value"))
    return _change(place, {"default": value}, "Default", "默认值", scenarios.of_default(scene.manifest, place, value))


def _relabel(scene: Scene) -> Step:
    place, label = _place(scene), strip(scene.get("value"))
    en, zh = steps.labels(place)
    return _change(
        place, {"label": {"en": en, "zh": label} if is_chinese(label) else {"en": label, "zh": zh}}, "Label of", "标签"
    )


def _remove(scene: Scene) -> Step:
    place = _place(scene)
    label_en, label_zh = steps.labels(place)
    about = {
        "en": f"{place.entity.plural.en} without {label_en.lower()}",
        "zh": f"删除{place.entity.label.zh}的{label_zh}",
    }
    return Step(steps.remove_field(place), scenarios.of_removed(scene.manifest, place), about)


FORMS = (
    Form(
        "require",
        {"en": "Make a field required", "zh": "让字段必填"},
        patterns(
            r"(?P<field_1>[\w ]+?) (?:is|are) (?:required|mandatory) (?:for|on) (?P<entity_1>[\w ]+)",
            r"(?P<of_1>[\w' ]+?) (?:is|are|must be) (?:required|mandatory|filled in)",
            r"make (?:the )?(?P<of_2>[\w' ]+?) (?:required|mandatory)",
            r"(?P<of_3>[^,]+?)(?:为|是|改为|设为)?(?:必填项?|必须填写|不能为空|不得为空)",
        ),
        _require,
        ("Customer phone is required.", "Company is required for customers.", "客户的电话必填。", "客户公司不能为空。"),
    ),
    Form(
        "make_optional",
        {"en": "Make a field optional", "zh": "让字段选填"},
        patterns(
            r"(?P<field_1>[\w ]+?) (?:is|are) optional (?:for|on) (?P<entity_1>[\w ]+)",
            r"(?P<of_1>[\w'\- ]+?) (?:is|are) (?:optional|not required)",
            r"make (?:the )?(?P<of_2>[\w'\- ]+?) optional",
            r"(?P<of_3>[^,]+?)(?:为|是|改为|设为)?(?:选填项?|可不填|不必填)",
        ),
        _make_optional,
        ("Customer e-mail is optional.", "客户的电子邮箱选填。"),
    ),
    Form(
        "make_unique",
        {"en": "Allow each value once", "zh": "让字段的值唯一"},
        patterns(
            r"(?P<of_1>[\w'\- ]+?) must be unique",
            r"make (?:the )?(?P<of_2>[\w'\- ]+?) unique",
            r"(?P<of_3>[^,]+?)(?:必须)?(?:唯一|不能重复|不得重复|不可重复)",
        ),
        _make_unique,
        ("Customer phone must be unique.", "客户的电话不能重复。"),
    ),
    Form(
        "limit_length",
        {"en": "Limit the length of a text", "zh": "限制文本长度"},
        patterns(
            r"limit (?:the )?(?P<of_1>[\w' ]+?) to (?P<n_1>\d+) (?:characters|letters)",
            r"(?:the )?max(?:imum)? length of (?:the )?(?P<of_2>[\w' ]+?) is (?P<n_2>\d+)(?: characters)?",
            r"(?P<of_3>[^,\d]+?)(?:最多|不超过|最长)(?:为)?(?P<n_3>\d+)个?(?:字符|字)",
        ),
        _limit_length,
        (
            "Limit customer notes to 500 characters.",
            "The maximum length of customer company is 80.",
            "客户备注最多500个字符。",
        ),
    ),
    Form(
        "change_default",
        {"en": "Change a default", "zh": "更改默认值"},
        patterns(
            r"(?:change|set) the default (?:value )?(?:of |for )?(?P<of_1>[\w' ]+?) to (?P<value_1>[\w\- ]+)",
            r"the default (?P<field_1>\w+) of (?P<entity_1>[\w ]+?) is (?P<value_2>[\w\- ]+)",
            r"(?P<of_2>[\w' ]+?) defaults to (?P<value_3>[\w\- ]+)",
            r"(?:把|将)?(?P<of_3>[^,]+?)的?(?:默认值)(?:改为|设为|为|是)(?P<value_4>[^,]+)",
            r"(?P<of_4>[^,]+?)默认(?:为|是)(?P<value_5>[^,]+)",
        ),
        _change_default,
        (
            "Change the default of customer status to prospect.",
            "The default industry of customers is technology.",
            "Customer industry defaults to retail.",
            "把客户状态的默认值改为潜在。",
            "客户的行业默认为科技。",
        ),
    ),
    Form(
        "relabel",
        {"en": "Change a label", "zh": "更改标签"},
        patterns(
            r"(?:change|set) the label of (?:the )?(?P<of_1>[\w'\- ]+?) to (?P<value_1>.+)",
            r"(?:call|relabel) (?:the )?(?P<of_2>[\w'\- ]+?) (?:as )?(?P<value_2>\"[^\"]+\")",
            r"(?:把|将)(?P<of_3>[^,]+?)的?(?:标签|显示名称)(?:改为|设为)(?P<value_3>.+)",
        ),
        _relabel,
        ("Change the label of customer company to Organisation.", "把客户公司的标签改为单位。"),
    ),
    Form(
        "remove_field",
        {"en": "Remove a field", "zh": "删除字段"},
        patterns(
            r"(?:remove|delete|drop|hide) (?:the )?(?:field )?(?P<field_1>[\w\- ]+?)(?: field)?"
            r" (?:from|of|on) (?P<entity_1>[\w ]+)",
            r"(?:remove|delete|drop|hide) (?:the )?(?P<of_1>[\w'\- ]+?)(?: field)?",
            r"从(?P<entity_2>.+?)(?:中|里|上)?(?:删除|移除|去掉)(?P<field_2>.+?)(?:字段)?",
            r"(?:删除|移除|去掉|隐藏)(?P<of_2>.+?)(?:字段)?",
        ),
        _remove,
        (
            "Remove the company field from customers.",
            "Delete customer address.",
            "删除客户的公司字段。",
            "从客户中删除地址。",
        ),
    ),
)
