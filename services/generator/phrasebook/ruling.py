"""Forms that say what must hold of a field: bounds, a range, another field."""

from services.generator.phrasebook import scenarios, steps
from services.generator.phrasebook.form import Form, Scene, Step, patterns
from services.generator.phrasebook.kinds import NUMBER, number
from services.generator.phrasebook.naming import sentence_case
from services.generator.phrasebook.refusal import NotUnderstood
from services.generator.phrasebook.vocabulary import Place

_NUMERIC = frozenset({"integer", "decimal", "money"})
_DATES = frozenset({"date", "datetime"})
_SAID = {
    ">=": (
        "at least",
        "no less than",
        "greater than or equal to",
        "on or after",
        "大于等于",
        "不小于",
        "不低于",
        "至少为",
        "不早于",
    ),
    "<=": (
        "at most",
        "no more than",
        "less than or equal to",
        "on or before",
        "小于等于",
        "不大于",
        "不超过",
        "最多为",
        "不晚于",
    ),
    ">": ("greater than", "more than", "above", "over", "after", "大于", "高于", "超过", "晚于"),
    "<": ("less than", "below", "under", "before", "小于", "低于", "少于", "早于"),
}
_SIGN = {word: sign for sign, words in _SAID.items() for word in words}
_OPPOSITE = {">": "<=", "<": ">=", ">=": "<", "<=": ">"}
_EN = {">=": "at least", "<=": "at most", ">": "greater than", "<": "less than"}
_EN_DATE = {">=": "on or after", "<=": "on or before", ">": "after", "<": "before"}
_ZH = {">=": "不小于", "<=": "不超过", ">": "大于", "<": "小于"}
_ZH_DATE = {">=": "不早于", "<=": "不晚于", ">": "晚于", "<": "早于"}
_EN_SIGN = "|".join(sorted((word for word in _SIGN if word.isascii()), key=len, reverse=True))
_ZH_SIGN = "|".join(sorted((word for word in _SIGN if not word.isascii()), key=len, reverse=True))


def _must_compare(scene: Scene) -> Step:
    place = scene.words.place(scene.get("of"))
    sign = _SIGN[scene.get("sign").lower()] if scene.get("sign") else "<="
    if scene.get("not"):
        sign = _OPPOSITE[sign]
    limit, en, zh = _limit(scene, place)
    dates = place.field.type in _DATES
    label_en, label_zh = steps.labels(place)
    rule = {
        "name": steps.rule_name(place.field.name, {">=": "min", "<=": "max", ">": "above", "<": "below"}[sign], limit),
        "expression": f"{place.field.name} {sign} {limit}",
        "message": {
            "en": f"{label_en} of {place.entity.plural.en.lower()} must be {(_EN_DATE if dates else _EN)[sign]} {en}.",
            "zh": f"{place.entity.label.zh}的{label_zh}必须{(_ZH_DATE if dates else _ZH)[sign]}{zh}。",
        },
    }
    return Step(
        (steps.add_rule(place.entity.name, rule),),
        scenarios.of_bound(scene.manifest, place, sign, limit),
        {
            "en": f"Limit of {label_en.lower()} for {place.entity.plural.en}",
            "zh": f"{place.entity.label.zh}的{label_zh}限制",
        },
    )


def _must_be_between(scene: Scene) -> Step:
    place = _numeric(scene.words.place(scene.get("of")))
    low, high = number(scene.get("a")), number(scene.get("b"))
    label_en, label_zh = steps.labels(place)
    rule = {
        "name": steps.rule_name(place.field.name, "between", low, "and", high),
        "expression": f"{place.field.name} >= {low} && {place.field.name} <= {high}",
        "message": {
            "en": f"{label_en} of {place.entity.plural.en.lower()} must be between {low} and {high}.",
            "zh": f"{place.entity.label.zh}的{label_zh}必须在{low}到{high}之间。",
        },
    }
    return Step(
        (steps.add_rule(place.entity.name, rule),),
        scenarios.of_bound(scene.manifest, place, "<=", high),
        {
            "en": f"Range of {label_en.lower()} for {place.entity.plural.en}",
            "zh": f"{place.entity.label.zh}的{label_zh}范围",
        },
    )


def _limit(scene: Scene, place: Place) -> tuple[int | str, str, str]:
    """The other side of the comparison, as it stands in the expression and in both messages."""
    if scene.get("n"):
        value = number(scene.get("n"))
        _numeric(place)
        return value, str(value), str(value)
    other = scene.words.field(place.entity, scene.get("other"))
    kinds = {place.field.type, other.field.type}
    if not (kinds <= _NUMERIC or (kinds <= _DATES and len(kinds) == 1)):
        raise NotUnderstood([scene.get("of"), scene.get("other")])
    label_en, label_zh = steps.labels(other)
    return other.field.name, f"the {label_en.lower()}", label_zh


def _numeric(place: Place) -> Place:
    if place.field.type not in _NUMERIC:
        raise NotUnderstood([sentence_case(place.field.name)])
    return place


FORMS = (
    Form(
        "must_be_between",
        {"en": "Keep a number in a range", "zh": "让数值保持在范围内"},
        patterns(
            rf"(?P<of_1>[\w' ]+?) must be between (?P<a_1>{NUMBER}) and (?P<b_1>{NUMBER})",
            rf"(?P<of_2>[^,\d]+?)(?:必须|应当|应)?在(?P<a_2>{NUMBER})(?:到|至|和)(?P<b_2>{NUMBER})之间",
        ),
        _must_be_between,
        ("Order tax must be between 0 and 5000.", "订单税额必须在0到5000之间。"),
    ),
    Form(
        "must_compare",
        {"en": "Compare a field with a number or another field", "zh": "把字段与数值或另一字段比较"},
        patterns(
            rf"(?P<of_1>[\w' ]+?) must (?P<not_1>not )?be (?P<sign_1>{_EN_SIGN}) "
            rf"(?:(?P<n_1>{NUMBER})|(?:the )?(?P<other_1>[\w ]+))",
            rf"(?P<of_2>[\w' ]+?) must not exceed (?:(?P<n_2>{NUMBER})|(?:the )?(?P<other_2>[\w ]+))",
            rf"(?P<of_3>[^,\d]+?)(?:必须|应当|应|需)?(?P<not_3>不(?:得|能|可))?(?P<sign_3>{_ZH_SIGN})"
            rf"(?:(?P<n_3>{NUMBER})元?|(?P<other_3>[^,\d]+))",
        ),
        _must_compare,
        (
            "Order tax must be at most 5000.",
            "Transaction amount must not exceed 100000.",
            "Order tax must not be greater than subtotal.",
            "资金往来的金额不得超过100000。",
            "订单税额必须小于等于小计。",
        ),
    ),
)
