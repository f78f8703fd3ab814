"""What stands behind a new field's name: its type, options, default and bounds."""

import re
from dataclasses import dataclass, field
from typing import Any

from services.generator.phrasebook.kinds import NUMBER, TYPE_PATTERN, number, type_of, value_of
from services.generator.phrasebook.naming import Named, name, strip
from services.generator.phrasebook.refusal import NotUnderstood
from services.generator.phrasebook.vocabulary import Vocabulary, fold, nearest

_FLAG = re.compile(
    r"^(?P<flag>required|mandatory|optional|unique|new|必填的?|选填的?|唯一的?|新的?)\s*(?=\S)", re.IGNORECASE
)
_TYPE_THEN_NAME = re.compile(
    rf"^(?P<type>{TYPE_PATTERN})\s*(?:field|column|value|类型的?字段|字段)?\s*(?:called|named|for|叫做?|名为|:)?\s*(?P<name>.+)$",
    re.IGNORECASE,
)
_TYPE_FIELD_THEN_NAME = re.compile(
    rf"^(?P<type>{TYPE_PATTERN})\s*(?:field|column|字段)\s*(?:called|named|for|叫做?|名为)?\s*(?P<name>.+)$",
    re.IGNORECASE,
)
_NAMED_FIELD = re.compile(r"^(?:field|column|字段)\s*(?:called|named|叫做?|名为)?\s*(?P<name>.+)$", re.IGNORECASE)
_ZH_NAMED = re.compile(rf"^(?:名为|叫做?)(?P<name>.+?)的(?:(?P<type>{TYPE_PATTERN})(?:类型)?)?字段$")
_NAME_THEN_TYPE = re.compile(rf"^(?P<name>.+?)\s*\((?P<type>{TYPE_PATTERN})\)$", re.IGNORECASE)
# Other type words may end a name ("VAT number", "start date"); these cannot.
_NAME_CHECKBOX = re.compile(r"^(?P<name>.+?)\s+(?P<type>checkbox|boolean|yes/no)(?: field)?$", re.IGNORECASE)
_NAME_FIELD = re.compile(r"^(?P<name>.+?)\s*(?:field|column|字段)$", re.IGNORECASE)
_REFERENCE = re.compile(
    r"^(?:reference|link) to (?P<en>[\w ]+?)(?: (?:called|named|as) (?P<en_name>.+))?$"
    r"|^(?:对|到)(?P<zh>.+?)的?引用(?:字段)?(?:,?(?:叫做?|名为))?(?P<zh_name>.+)?$",
    re.IGNORECASE,
)
_DATE_NAME = re.compile(r"(?:\b(?:date|birthday)|日期|生日|到期日)$", re.IGNORECASE)

_DEFAULT = re.compile(
    r"^(?:by )?(?:the )?default(?:s to| is| to|:)? ?(?P<en>.+)$|^默认(?:值)?(?:为|是|:)?(?P<zh>.+)$", re.IGNORECASE
)
_REQUIRED = re.compile(r"^(?:is )?(?:required|mandatory)$|^(?:为|是)?(?:必填项?|必须填写)$", re.IGNORECASE)
_OPTIONAL = re.compile(r"^(?:is )?optional$|^(?:为|是)?(?:选填|可选|可不填)$", re.IGNORECASE)
_UNIQUE = re.compile(r"^(?:is )?unique$|^(?:必须)?(?:唯一|不可重复|不能重复)$", re.IGNORECASE)
_LENGTH = re.compile(
    r"^(?:at most|up to|max(?:imum)?(?: length)?(?: of)?|no more than) (?P<en>\d+)(?: characters?| letters?)?$"
    r"|^(?:最多|不超过|最长)(?P<zh>\d+)个?(?:字符|字)?$",
    re.IGNORECASE,
)
_RANGE = re.compile(
    rf"^(?:between|from) (?P<a>{NUMBER}) (?:and|to) (?P<b>{NUMBER})$"
    rf"|^在?(?P<c>{NUMBER})(?:到|至|-)(?P<d>{NUMBER})之?间?$",
    re.IGNORECASE,
)
_AT_LEAST = re.compile(
    rf"^(?:at least|min(?:imum)?(?: of)?|from) (?P<en>{NUMBER})$"
    rf"|^(?:至少|最小|不低于|不小于)(?P<zh>{NUMBER})$",
    re.IGNORECASE,
)
_OF_TYPE = re.compile(
    rf"^(?:as |is |of type )?(?:an? )?(?P<en>{TYPE_PATTERN})(?: field)?$"
    rf"|^(?:类型)?(?:为|是)?(?P<zh>{TYPE_PATTERN})(?:类型)?$",
    re.IGNORECASE,
)
# With an article it is the type, whatever comes after it: "a date, and …" begins no list of options.
_SAID_AS_TYPE = re.compile(r"^(?:as |is |of type |an? )", re.IGNORECASE)
_OPTIONS_WORD = re.compile(
    r"^(?:with )?(?:the )?(?:options?|choices|values)(?: are| is|:)? ?|^(?:is )?(?:one of|either) "
    r"|^(?:选项|可选值|取值)(?:为|有|是|包括|:)?",
    re.IGNORECASE,
)
_AND_OR = re.compile(r"\s+(?:or|and)\s+|(?<=\S)[或和](?=\S)", re.IGNORECASE)
_SEPARATORS = re.compile(r"[,:、()]")
_TAIL_START = re.compile(r"^\s*(?:with|as|which is|that is|and)\s+(?=\S)")
# One option is no choice.
_OPTIONS_LEAST = 2
_BOUNDED = frozenset({"integer", "decimal", "money"})
_TEXTS = frozenset({"text", "long_text"})


@dataclass
class _Said:
    """The parts of a description as they were said."""

    type: str | None = None
    target: str | None = None
    values: list[str] = field(default_factory=list[str])
    default: str | None = None
    flags: dict[str, bool] = field(default_factory=dict[str, bool])
    bounds: dict[str, str] = field(default_factory=dict[str, str])


def describe_field(what: str, tail: str, words: Vocabulary) -> tuple[Named, dict[str, Any]]:
    """The name and the definition. Raises `NotUnderstood` with the words that fit nowhere."""
    said = _Said()
    named = name(_read_what(strip(what), said))
    for position, clause in enumerate(_clauses(tail)):
        lists = position == 0 or _OPTIONS_WORD.match(clause) is not None
        for segment in _segments(clause):
            _read_segment(segment, said, lists=lists)
    return named, {"name": named.camel, "label": named.label} | _definition(said, named, words)


def options_of(values: list[str]) -> list[dict[str, Any]]:
    """Options in the order in which they were said."""
    named = [name(value) for value in values]
    return [{"value": one.snake, "label": one.label} for one in named]


def _read_what(what: str, said: _Said) -> str:
    while flag := _FLAG.match(what):
        _flag(flag["flag"].lower().removesuffix("的"), said)
        what = what[flag.end() :]
    if reference := _REFERENCE.match(what):
        said.type, said.target = "ref", strip(reference["en"] or reference["zh"])
        return reference["en_name"] or reference["zh_name"] or said.target
    if chinese := _ZH_NAMED.match(what):
        said.type = type_of(chinese["type"]) if chinese["type"] else None
        return chinese["name"]
    if behind := _NAME_THEN_TYPE.match(what) or _NAME_CHECKBOX.match(what):
        said.type = type_of(behind["type"])
        return behind["name"]
    typed = _TYPE_FIELD_THEN_NAME.match(what) or (_TYPE_THEN_NAME.match(what) if _says_name(what) else None)
    if typed:
        said.type = type_of(typed["type"])
        return typed["name"]
    for pattern in (_NAMED_FIELD, _NAME_FIELD):
        if bare := pattern.match(what):
            return bare["name"]
    return what


def _says_name(what: str) -> bool:
    return re.search(r"\b(?:called|named)\b|名为|叫", what, re.IGNORECASE) is not None


def _flag(word: str, said: _Said) -> None:
    if word in {"required", "mandatory", "必填"}:
        said.flags["required"] = True
    elif word in {"unique", "唯一"}:
        said.flags["unique"] = True


def _clauses(tail: str) -> list[str]:
    """A semicolon ends a list of options: what comes after it is said of the field."""
    cleaned = _TAIL_START.sub(lambda said: "as " if "as" in said[0] else "", tail)
    return [clause.strip(" :,()、") for clause in cleaned.split(";")]


def _segments(clause: str) -> list[str]:
    parts = (part.strip() for part in _SEPARATORS.split(clause))
    return [part.removeprefix("and ").strip() for part in parts if part]


def _read_segment(segment: str, said: _Said, *, lists: bool) -> None:
    if default := _DEFAULT.match(segment):
        said.default = default["en"] or default["zh"]
    elif _REQUIRED.match(segment):
        said.flags["required"] = True
    elif _UNIQUE.match(segment):
        said.flags["unique"] = True
    elif length := _LENGTH.match(segment):
        said.bounds["upper"] = length["en"] or length["zh"]
    elif between := _RANGE.match(segment):
        said.bounds |= {"lower": between["a"] or between["c"], "upper": between["b"] or between["d"]}
    elif least := _AT_LEAST.match(segment):
        said.bounds["lower"] = least["en"] or least["zh"]
    elif not _OPTIONAL.match(segment):
        _read_values(segment, said, lists=lists)


def _read_values(segment: str, said: _Said, *, lists: bool) -> None:
    rest = _OPTIONS_WORD.sub("", segment)
    of_type = _OF_TYPE.match(rest)
    # "channel: text, phone" are options; a type word is a type only where it stands alone.
    if of_type and not said.values and said.type is None:
        said.type = type_of(of_type["en"] or of_type["zh"])
        said.values = []
        said.bounds["type_word"] = rest
        return
    if not lists or _SAID_AS_TYPE.match(str(said.bounds.get("type_word"))):
        raise NotUnderstood([segment])
    if "type_word" in said.bounds:
        said.values, said.type = [said.bounds.pop("type_word")], None
    said.values += [part for part in _AND_OR.split(rest) if part]


def _definition(said: _Said, named: Named, words: Vocabulary) -> dict[str, Any]:
    said.bounds.pop("type_word", None)
    definition: dict[str, Any] = {"type": _type(said, named)} | said.flags
    if said.type == "ref":
        definition["target"] = words.entity(said.target or "").name
    if said.values:
        definition["options"] = options_of(said.values)
    definition |= _bounds(definition["type"], said.bounds)
    if said.default is not None:
        definition["default"] = _default(definition, said.default)
    return definition


def _type(said: _Said, named: Named) -> str:
    if said.values:
        if len(said.values) < _OPTIONS_LEAST or said.type is not None:
            raise NotUnderstood(said.values)
        return "enum"
    if said.type is not None:
        return said.type
    if said.default is not None and said.default.lower() in {"yes", "no", "是", "否"}:
        return "boolean"
    return "date" if _DATE_NAME.search(named.words) or _DATE_NAME.search(named.chinese) else "text"


def _bounds(kind: str, bounds: dict[str, str]) -> dict[str, Any]:
    lower, upper = bounds.get("lower"), bounds.get("upper")
    if kind in _TEXTS:
        if lower is not None:
            raise NotUnderstood([lower])
        return {"max_length": int(upper)} if upper else {}
    if kind not in _BOUNDED and bounds:
        raise NotUnderstood(bounds.values())
    ends = {"min": lower, "max": upper}
    said = {end: number(text) for end, text in ends.items() if text is not None}
    return said if kind == "integer" else {end: str(value) for end, value in said.items()}


def _default(definition: dict[str, Any], text: str) -> Any:
    if definition["type"] != "enum":
        return value_of(definition, text)
    by_name: dict[str, str] = {}
    for option in definition["options"]:
        by_name |= {fold(one): option["value"] for one in (option["value"], *option["label"].values())}
    if fold(text) not in by_name:
        raise NotUnderstood([strip(text)], nearest=nearest(text, by_name))
    return by_name[fold(text)]
