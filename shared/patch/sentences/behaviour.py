"""Why a rule, a machine, a trigger or a grant is refused."""

BEHAVIOUR: dict[str, tuple[str, str]] = {
    "grant_empty": (
        "The grant for role {role} allows nothing; name at least one of view, create, edit, delete.",
        "对角色 {role} 的授权为空，请至少写明一项：view、create、edit、delete。",
    ),
    "grant_exceeds_author": (
        "You may not {acts} {entity} yourself, so you cannot grant it; ask somebody who may.",
        "您自己没有对 {entity} 的 {acts} 权限，不能授予他人，请找有权限的人来做。",
    ),
    "grant_field_act": (
        "A single field can be granted for view and edit, not for {act}; leave {act} out.",
        "单个字段只能授予 view 和 edit，不能授予 {act}，请去掉。",
    ),
    "machine_field": (
        "The states of {entity} are kept in {field}, which must stay a choice field; leave it as it is.",
        "{entity} 的状态保存在 {field} 中，它必须保持为单选字段，请不要改动。",
    ),
    "role_unknown": (
        "There is no role `{role}`; use one of: {known}.",
        "没有角色 `{role}`，请使用：{known}。",
    ),
    "rule_never": (
        "The rule {rule} would never be asked; name at least one of create, update, delete in `on`.",
        "规则 {rule} 永远不会执行，请在 `on` 中至少写明一项：create、update、delete。",
    ),
    "rule_taken": (
        "{entity} has a rule `{other}` already; choose another name.",
        "{entity} 已有规则 `{other}`，请换一个名称。",
    ),
}
