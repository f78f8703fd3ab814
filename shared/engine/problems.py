"""Why a record was refused: every problem at once, each with its place, its code and a sentence in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from shared.patch.text import Text

RefusalCode = Literal["invalid", "forbidden", "not_found", "conflict"]

# One sentence per code. `label` is the field's or the entity's label in that language; the rest is in the params.
SENTENCES: dict[str, tuple[str, str]] = {
    "unknown_entity": ("There is no entity “{entity}”.", "没有名为“{entity}”的实体。"),
    "unknown_field": ("{label} has no field “{field}”.", "{label}没有字段“{field}”。"),
    "required": ("{label} is required.", "{label}为必填项。"),
    "read_only": ("{label} is set by the system and cannot be written.", "{label}由系统填写,不能修改。"),
    "not_text": ("{label} must be a text.", "{label}必须是文本。"),
    "not_a_number": ("{label} must be a number.", "{label}必须是数字。"),
    "not_an_integer": ("{label} must be a whole number.", "{label}必须是整数。"),
    "not_a_boolean": ("{label} must be true or false.", "{label}必须是 true 或 false。"),
    "not_a_date": ("{label} must be a date such as 2026-03-31.", "{label}必须是日期,例如 2026-03-31。"),
    "not_a_datetime": (
        "{label} must be a date and time with a zone, such as 2026-03-31T09:30:00Z.",
        "{label}必须是带时区的日期时间,例如 2026-03-31T09:30:00Z。",
    ),
    "not_a_time": ("{label} must be a time of day such as 09:30.", "{label}必须是时刻,例如 09:30。"),
    "not_a_duration": (
        "{label} must be a span of time in whole seconds, such as PT90M or P2D.",
        "{label}必须是以整秒计的时长,例如 PT90M 或 P2D。",
    ),
    "not_choices": ("{label} must be a list of options.", "{label}必须是选项列表。"),
    "chosen_twice": ("{label} names “{option}” twice.", "{label}重复选择了“{option}”。"),
    "too_many_choices": ("{label} may have at most {max} options.", "{label}最多选 {max} 项。"),
    "not_json": ("{label} must be a JSON object or list.", "{label}必须是 JSON 对象或列表。"),
    "not_a_file": (
        "{label} must be a file: name, media_type, and content in base64 or the digest of one sent before.",
        "{label}必须是文件:name、media_type,以及 base64 编码的 content 或已上传文件的 digest。",
    ),
    "file_name": (
        "{label}: a file's name has at most {max} characters, no folder, and nothing invisible in it.",
        "{label}:文件名最多 {max} 个字符,不含目录,也不含不可见字符。",
    ),
    "file_too_large": (
        "{label} may have at most {max} bytes; this file has {bytes}.",
        "{label}最多 {max} 字节;该文件有 {bytes} 字节。",
    ),
    "file_type": (
        "{label} may not be of type {media_type}; possible: {accept}.",
        "{label}不接受类型 {media_type};可用:{accept}。",
    ),
    "file_missing": (
        "{label}: you have sent no such file within a day. Send it again.",
        "{label}:您在一天之内没有上传过该文件,请重新上传。",
    ),
    "no_file": ("{label} holds no file.", "{label}没有文件。"),
    "no_files": ("No record holds files so far.", "目前没有任何记录可以附加文件。"),
    "forbidden_files": ("Your role may not attach files to any record.", "您的角色无权向任何记录附加文件。"),
    "too_many_bytes": ("{label} may have at most {max} bytes.", "{label}最多 {max} 字节。"),
    "not_references": ("{label} must be a list of ids of records.", "{label}必须是记录 id 的列表。"),
    "referred_twice": ("{label} names a record twice.", "{label}重复引用了同一条记录。"),
    "too_many_links": ("{label} may name at most {max} records.", "{label}最多引用 {max} 条记录。"),
    "not_somewhere": (
        "{label} must name an entity and the id of a record, such as Order/….",
        "{label}必须写明实体和记录 id,例如 Order/…。",
    ),
    "not_a_target": (
        "{label} cannot lead to {entity}; possible: {entities}.",
        "{label}不能引用{entity};可引用:{entities}。",
    ),
    "not_a_reference": ("{label} must be the id of a record.", "{label}必须是一条记录的 id。"),
    "not_lines": ("{label} must be a list of lines.", "{label}必须是明细列表。"),
    "too_many_lines": ("{label} may have at most {max} lines.", "{label}最多 {max} 行。"),
    "too_long": ("{label} may have at most {max} characters.", "{label}最多 {max} 个字符。"),
    "too_short": ("{label} must have at least {min} characters.", "{label}至少 {min} 个字符。"),
    "too_small": ("{label} must be at least {min}.", "{label}不能小于 {min}。"),
    "too_large": ("{label} must be at most {max}.", "{label}不能大于 {max}。"),
    "too_many_digits": ("{label} may have at most {max} digits.", "{label}最多 {max} 位数字。"),
    "too_many_decimals": ("{label} may have at most {max} decimal places.", "{label}最多 {max} 位小数。"),
    "not_an_option": ("{label} must be one of: {options}.", "{label}必须是以下之一:{options}。"),
    "bad_format": ("{label} is not a valid {format}.", "{label}的格式不正确({format})。"),
    "together_taken": ("{fields} together are already taken.", "{fields}的这一组合已被使用。"),
    "unique_taken": ("{label} “{value}” is already taken.", "{label}“{value}”已被使用。"),
    "reference_missing": ("{label} refers to a record that does not exist.", "{label}引用的记录不存在。"),
    "still_referenced": (
        "{label} cannot be deleted: other records refer to it ({by}: {count}).",
        "不能删除{label}:还有其他记录引用它({by}:{count})。",
    ),
    "too_many_related": (
        "Trigger {trigger} would change {count} {label}, and may change {limit} at most.",
        "触发器 {trigger} 将修改 {count} 条{label},而最多只能修改 {limit} 条。",
    ),
    "entails_too_much": (
        "{label} cannot be written along: consequences go {depth} steps deep and concern {count} records at most.",
        "不能连带写入{label}:连带操作最多 {depth} 层,最多涉及 {count} 条记录。",
    ),
    "rule_broken": ("{message}", "{message}"),
    "machine_only": (
        "{label} changes by transitions only; a new record begins as “{initial}”.",
        "{label}只能通过状态流转改变;新记录从“{initial}”开始。",
    ),
    "no_machine": ("{label} has no states to go through.", "{label}没有状态流转。"),
    "transition_missing": (
        "{label} cannot go from “{source}” to “{target}”; possible: {possible}.",
        "{label}不能从“{source}”变为“{target}”;可以变为:{possible}。",
    ),
    "transition_guarded": (
        "{label} cannot go from “{source}” to “{target}” yet: the condition {guard} does not hold.",
        "{label}还不能从“{source}”变为“{target}”:条件 {guard} 不成立。",
    ),
    "does_not_fit": ("{label} does not fit what is stored.", "{label}与已存数据的约束不符。"),
    "forbidden": ("Your role may not {act} {label}.", "您的角色无权{act}{label}。"),
    "forbidden_record": (
        "{label}: your role may {act} some of them, but not this one.",
        "{label}:您的角色可以{act}其中一部分,但不包括这一条。",
    ),
    "forbidden_field": ("Your role may not write {label}.", "您的角色无权填写{label}。"),
    "record_missing": ("{label} does not exist, or no longer.", "{label}不存在或已被删除。"),
    "stale": (
        "{label} was changed at {updatedAt} by somebody else; read it again.",
        "{label}已于 {updatedAt} 被他人修改,请重新读取。",
    ),
    "busy": (
        "{label} was not written: somebody else wrote the same records at the same moment. Try again.",
        "{label}未写入:他人同时写入了相同的记录,请重试。",
    ),
    "not_filterable": ("{label} cannot be filtered or sorted by.", "不能按{label}筛选或排序。"),
    "unknown_filter": (
        "“{filter}” is no filter; possible: {possible}.",
        "没有筛选方式“{filter}”;可用:{possible}。",
    ),
    "no_timeline": ("{label} has no timeline.", "{label}没有时间线。"),
    "bad_cursor": ("This page no longer exists; begin again.", "该页已失效,请重新开始。"),
}
NO_WORDS: Mapping[str, Text] = {}
ACTS_ZH = {"view": "查看", "create": "新建", "edit": "修改", "delete": "删除", "transition": "流转"}


@dataclass(frozen=True, slots=True)
class Problem:
    """`field` is empty for the record as a whole; within lines it is `items.0.quantity`."""

    field: str
    code: str
    params: dict[str, Any]
    message: dict[str, str]

    def as_dict(self) -> dict[str, Any]:
        return {"field": self.field, "code": self.code, "params": self.params, "message": self.message}


@dataclass(eq=False)
class RecordRefused(Exception):
    """What the caller asked of a record cannot be; nothing was written by it."""

    code: RefusalCode
    problems: tuple[Problem, ...] = field(default=())

    def __str__(self) -> str:
        return f"{self.code}: " + " ".join(problem.message["en"] for problem in self.problems)


def problem(
    place: str, code: str, label: Text, params: Mapping[str, Any] | None = None, *, words: Mapping[str, Text] = NO_WORDS
) -> Problem:
    """`words` are the labels of names and options among the params: the sentence says those."""
    params = dict(params or {})
    if code == "rule_broken":
        return Problem(place, code, params, {"en": label.en, "zh": label.zh})
    en, zh = SENTENCES[code]
    said_en, said_zh = {one: word.en for one, word in words.items()}, {one: word.zh for one, word in words.items()}
    shown_en = {name: _shown(value, said_en, ", ", "none") for name, value in params.items()}
    shown_zh = {name: _shown(value, said_zh, "、", "无") for name, value in params.items()}
    act_zh = {"act": ACTS_ZH[params["act"]]} if "act" in params else {}
    return Problem(
        place,
        code,
        params,
        {
            "en": en.format(label=label.en, **shown_en),
            "zh": zh.format(label=label.zh, **(shown_zh | act_zh)),
        },
    )


def elsewhere(one: Problem, entity: str, label: Text, trigger: str | None = None) -> Problem:
    """A problem of a record of another entity, which was to be written along with this one, by a trigger maybe."""
    message = {"en": f"{label.en}: {one.message['en']}", "zh": f"{label.zh}:{one.message['zh']}"}
    params = {"entity": entity, "field": one.field, **one.params}
    if trigger is not None:
        message = {"en": f"Through trigger {trigger}: {message['en']}", "zh": f"经触发器 {trigger}:{message['zh']}"}
        params = {"trigger": trigger, **params}
    return Problem("", one.code, params, message)


def refuse(code: RefusalCode, *problems: Problem) -> RecordRefused:
    return RecordRefused(code, problems)


def _shown(value: Any, words: Mapping[str, str], comma: str, nothing: str) -> str:
    if isinstance(value, list):
        return comma.join(words.get(str(one), str(one)) for one in cast("list[object]", value)) or nothing
    return words.get(str(value), str(value))
