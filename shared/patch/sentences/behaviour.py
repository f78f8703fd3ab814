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
    "grant_taken": (
        "This module grants {role} {entity} with another filter already; change that grant with `replace_part`.",
        "本模块已用另一个筛选条件向 {role} 授予 {entity}，请用 `replace_part` 修改原来的授权。",
    ),
    "grant_where_create": (
        "A filter is about records that exist, so {role} cannot be granted create with one; leave create out.",
        "筛选条件只针对已有记录，不能用它向 {role} 授予 create，请去掉 create。",
    ),
    "grant_where_old": (
        "The filter of {role} is about records as they are, so there is no `old`; name the field itself.",
        "{role} 的筛选条件针对记录当前的值，不能使用 `old`，请直接写字段名。",
    ),
    "grant_where_field": (
        "The grant of {field} to {role} cannot have a filter; leave `where` out, or grant the whole entity.",
        "对 {role} 授予字段 {field} 时不能带筛选条件，请去掉 `where`，或改为授予整个实体。",
    ),
    "lookup_not_indexed": (
        "To find {entity} by {field} would read every record; use a reference or a unique field, or add an index.",
        "按 {field} 查找 {entity} 会读取全部记录，请改用引用或唯一字段，或添加索引。",
    ),
    "lookup_unused": (
        "The lookup {lookup} is asked for nowhere; name it as @{lookup}, or remove it.",
        "查询 {lookup} 没有被用到，请用 @{lookup} 引用它，或将其去掉。",
    ),
    "machine_empty": (
        "The states of {entity} would never change; keep at least one transition, or remove the machine.",
        "{entity} 的状态将永远无法改变，请至少保留一个流转，或移除状态机。",
    ),
    "machine_field": (
        "The states of {entity} are kept in {field}, which must be a choice field, not a computed one; see to that.",
        "{entity} 的状态保存在 {field} 中，它必须是非计算的单选字段，请保持或另选这样的字段。",
    ),
    "machine_missing": (
        "{entity} has no state machine; add one with `add_machine` first.",
        "{entity} 没有状态机，请先用 `add_machine` 添加。",
    ),
    "machine_not_extended": (
        "This adds nothing to the states of {entity}; name a state, a transition or an effect.",
        "这没有为 {entity} 的状态流转添加任何内容，请写明状态、流转或写入的记录。",
    ),
    "machine_read_only": (
        "{field} of {entity} is read-only, so no transition changes it; choose another field, or make it writable.",
        "{entity} 的 {field} 是只读字段，无法随流转改变，请换一个字段，或取消只读。",
    ),
    "machine_taken": (
        "{entity} has a state machine already; extend it with `extend_machine`, or remove it first.",
        "{entity} 已有状态机，请用 `extend_machine` 扩展，或先移除它。",
    ),
    "machine_too_large": (
        "The machine of {entity} would have {count} `{part}`, at most {limit} are allowed; add fewer.",
        "{entity} 的状态机将有 {count} 个 `{part}`，最多允许 {limit} 个，请减少。",
    ),
    "old_of_new": (
        "{part} is asked of new records only, for which `old` is always unknown; name the field itself, or add update.",
        "{part} 只针对新建的记录，此时 `old` 始终未知，请直接写字段名，或加上 update。",
    ),
    "part_unknown": (
        "{entity} has no `{kind}` that is called {part}; name one that exists: {known}.",
        "{entity} 没有名为 {part} 的 `{kind}`，请写明已有的一个：{known}。",
    ),
    "reading_exceeds_author": (
        "This shows others {field} of {entity}, which you may not see yourself; leave it out, or ask somebody who may.",
        "这会向他人显示 {entity} 的 {field}，而您自己无权查看它，请去掉，或请有权限的人来做。",
    ),
    "required_missing": (
        "A new {entity} cannot be without {fields}; give a value for each.",
        "新建 {entity} 时必须有 {fields}，请分别给出值。",
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
    "state_exceeds_author": (
        "Only {needs} may bring {entity} to {state}, which you are not, so you cannot let others; ask one of them.",
        "只有 {needs} 可以将 {entity} 变为 {state}，您没有该角色，不能允许他人这样做，请找有该角色的人。",
    ),
    "state_unreachable": (
        "No transition leads to the state {state} of {entity}; add one that does.",
        "没有流转通向 {entity} 的状态 {state}，请添加一个。",
    ),
    "transition_taken": (
        "{entity} has a transition from {source} to {target} already; remove one, or change it with `replace_part`.",
        "{entity} 已有从 {source} 到 {target} 的流转，请去掉一个，或用 `replace_part` 修改。",
    ),
    "trigger_cycle": (
        "{chain} would set off one another without end; break the circle.",
        "{chain} 会无休止地相互触发，请打断循环。",
    ),
    "trigger_refers_deleted": (
        "{field} of {entity} would refer to the record that is being deleted; keep a text of it instead.",
        "{entity} 的 {field} 将引用正被删除的记录，请改为保存其文字信息。",
    ),
    "trigger_set_deleted": (
        "The trigger {trigger} would set fields of a record that is deleted; remove `delete` from `on`, or the action.",
        "触发器 {trigger} 会给已删除的记录赋值，请从 `on` 中去掉 `delete`，或去掉该动作。",
    ),
    "trigger_taken": (
        "{entity} has a trigger `{other}` already; choose another name.",
        "{entity} 已有触发器 `{other}`，请换一个名称。",
    ),
    "trigger_too_deep": (
        "{chain} would be more than {limit} steps in a row; do it in fewer.",
        "{chain} 连续触发超过 {limit} 步，请减少步数。",
    ),
    "value_given": (
        "{field} of {entity} cannot be given a value, as {reason}; leave it out.",
        "不能给 {entity} 的 {field} 赋值，因为{reason}，请去掉。",
    ),
    "value_of_machine": (
        "{field} of {entity} is changed by transitions alone; leave it out.",
        "{entity} 的 {field} 只能通过流转改变，请去掉。",
    ),
    "value_required": (
        "{field} of {entity} is required and cannot be emptied; give it a value.",
        "{entity} 的 {field} 是必填的，不能清空，请给出值。",
    ),
}
