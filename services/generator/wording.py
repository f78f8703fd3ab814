"""Why a description was refused, as a sentence in both languages."""

from collections.abc import Mapping
from typing import Any

from shared.patch.messages import message

_SENTENCES: dict[str, tuple[str, str]] = {
    "sentence_empty": (
        "There is nothing to do: describe the change in a sentence.",
        "没有内容：请用一句话描述要做的更改。",
    ),
    "sentence_nonsense": (
        "The built-in rules know none of these words. Try, for example: {forms}",
        "内置规则不认识这些词语。可以试试：{forms}",
    ),
    "words_not_understood": (
        "The built-in rules do not understand {words}.{nearest} Try, for example: {forms}",
        "内置规则不理解{words}。{nearest}可以试试：{forms}",
    ),
    "name_needs_latin": (
        "There is no English name for {words} yet. Write one in brackets, such as 会员积分（loyaltyPoints）.",
        "还不知道{words}的英文名。请在括号里写上，例如：会员积分（loyaltyPoints）。",
    ),
    "name_unusable": (
        "{words} cannot be a name. Names are words of letters and digits, and begin with a letter.",
        "{words}不能用作名称。名称由字母和数字组成，并以字母开头。",
    ),
    "entity_exists": ("There is an entity called {words} already.", "已经有名为{words}的实体。"),
    "patch_invalid": ("The answer is no patch that applies: {problems}", "得到的补丁无法应用：{problems}"),
    "base_moved": (
        "What is live changed meanwhile, and the patch no longer applies: {problems}",
        "线上内容已发生变化，补丁不再适用：{problems}",
    ),
    "model_missing": ("The model was removed meanwhile.", "该模型已被删除。"),
    "model_disabled": ("The model {model} is switched off. Choose another.", "模型{model}已停用，请选择其他模型。"),
    "model_key_missing": ("The model {model} has no key.", "模型{model}没有密钥。"),
    "master_key_missing": (
        "The key of the model cannot be opened: the master key is missing.",
        "缺少主密钥，无法读取模型的密钥。",
    ),
    "key_unreadable": (
        "The stored key does not belong to this model. Enter it anew.",
        "已存密钥与该模型不符，请重新填写。",
    ),
    "provider_unreachable": (
        "The model's address cannot be reached. Try again later, or let an administrator check the address.",
        "无法连接到模型地址。请稍后再试，或请管理员检查地址。",
    ),
    "provider_tls": ("The model's certificate does not hold.", "模型地址的证书无效。"),
    "provider_key_refused": (
        "The provider refused the model's key. An administrator can enter another.",
        "服务商拒绝了该模型的密钥。请管理员另填一个。",
    ),
    "provider_model_unknown": ("The provider does not know this model.", "服务商没有该模型。"),
    "provider_quota": ("The quota at the provider is used up.", "服务商的额度已用完。"),
    "provider_overloaded": ("The provider is overloaded. Try again later.", "服务商繁忙，请稍后再试。"),
    "provider_no_tools": (
        "This model does not use tools, so it cannot write patches.",
        "该模型不支持工具调用，无法编写补丁。",
    ),
    "provider_timeout": ("The model did not answer in time.", "模型未能及时作答。"),
    "provider_redirected": (
        "The provider points to another address. Patchbay does not follow it with a key.",
        "服务商要求跳转到其他地址，系统不会携带密钥跳转。",
    ),
    "provider_address_refused": ("The model's address is not allowed.", "不允许访问该模型地址。"),
    "provider_request_refused": ("The provider refused the request.", "服务商拒绝了请求。"),
    "provider_failed": ("The provider failed.", "服务商出错。"),
}


def refusal_message(code: str, params: Mapping[str, Any]) -> dict[str, str]:
    """The sentence for a refused generation; codes of the language have their own."""
    if code not in _SENTENCES:
        return message(code, params)
    en, zh = _SENTENCES[code]
    return {"en": en.format_map(_shown(params, "en")), "zh": zh.format_map(_shown(params, "zh"))}


def _shown(params: Mapping[str, Any], language: str) -> dict[str, str]:
    words = [str(word) for word in params.get("words", ())]
    near = [name for one in params.get("sentences", ()) for name in one["nearest"]]
    problems = [one["message"][language] for one in params.get("problems", ())]
    if language == "en":
        quoted, nearest = ", ".join(f"“{word}”" for word in words), f" Near are: {', '.join(near)}." if near else ""
    else:
        quoted, nearest = "、".join(f"“{word}”" for word in words), f"相近的有：{'、'.join(near)}。" if near else ""
    return {
        "words": quoted,
        "nearest": nearest,
        "forms": " / ".join(params.get("forms", ())),
        "problems": " ".join(problems),
        "model": str(params.get("model", "")),
    }
