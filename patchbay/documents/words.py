"""What the command itself says, in both languages; why a document is refused `shared.patch` says."""

from collections.abc import Mapping
from typing import Any

from patchbay.documents.language import Language
from shared.patch.errors import Problem
from shared.patch.messages import message

_WORDS: dict[str, tuple[str, str]] = {
    "acknowledge": ("A person must confirm {pointers}.", "需要人工确认 {pointers}。"),
    "conflict": ("{a} and {b} do not commute at {path}", "{a} 与 {b} 在 {path} 处不可交换"),
    "conflict_none": ("They commute; either order gives the same CRM.", "互不冲突，先后顺序不影响结果。"),
    "difference_none": ("No difference.", "没有差异。"),
    "export_none": ("Everything is said in Patch DSL 1.0.", "已全部转换为 Patch DSL 1.0。"),
    "problems": ("{count} problem(s).", "共 {count} 个问题。"),
    "release": ("Risk {risk}; counts as a {semver} release.", "风险 {risk}；属于 {semver} 级发布。"),
    "scenarios": ("Brings {count} scenario(s).", "附带 {count} 个场景。"),
    "amends": ("Means to alter the CRM's scenario {scenario}.", "有意改变 CRM 的场景 {scenario}。"),
    "valid": ("{file} is valid; risk {risk}, a {semver} release.", "{file} 有效；风险 {risk}，{semver} 级发布。"),
    "yaml_invalid": (
        "This cannot be read as YAML (line {line}, column {column}): {reason}. Correct it there.",
        "无法按 YAML 读取（第 {line} 行第 {column} 列）：{reason}。请在该处修改。",
    ),
}


def said(word: str, language: Language, **params: Any) -> str:
    return _WORDS[word][language == "zh"].format_map(params)


def told(problem: Problem) -> Mapping[str, str]:
    """The problem in both languages."""
    if problem.code not in _WORDS:
        return message(problem.code, problem.params, problem.suggestion)
    en, zh = _WORDS[problem.code]
    return {"en": en.format_map(problem.params), "zh": zh.format_map(problem.params)}
