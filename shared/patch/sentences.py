"""The sentences themselves. `tests/patch/test_messages.py` keeps them complete for every code that is raised."""

from shared.patch.expression.sentences import EXPRESSIONS

_DOCUMENT = {
    "alias_taken": (
        "Step {number} saves “{alias}” a second time; choose another alias.",
        "第 {number} 步重复保存了“{alias}”，请换一个别名。",
    ),
    "alias_unknown": (
        "Step {number} uses “{alias}”, which no earlier step saved; save it first.",
        "第 {number} 步用到了“{alias}”，但前面没有步骤保存它，请先保存。",
    ),
    "changes_nothing": (
        "`changes` is empty; name at least one thing that becomes different.",
        "`changes` 为空，请至少写明一项改动。",
    ),
    "document_too_deep": (
        "The document is nested deeper than {limit} levels; flatten it.",
        "文档嵌套超过 {limit} 层，请减少层次。",
    ),
    "document_too_large": (
        "The document is larger than {limit} bytes; split it into several modules.",
        "文档超过 {limit} 字节，请拆分成多个模块。",
    ),
    "field_without_fails": (
        "`field` names the field that is refused, so the step needs `fails` too.",
        "`field` 表示被拒绝的字段，因此该步骤还需要 `fails`。",
    ),
    "json_invalid": (
        "This is not valid JSON (line {line}, column {column}): {reason}. Correct it there.",
        "JSON 无效（第 {line} 行第 {column} 列）：{reason}。请在该处修改。",
    ),
    "key_missing": (
        "The key `{key}` is missing; add it.",
        "缺少 `{key}`，请补上。",
    ),
    "key_twice": (
        "The key `{key}` stands twice in one object; keep one of them.",
        "同一对象中 `{key}` 出现了两次，请只保留一个。",
    ),
    "key_unknown": (
        "There is no key `{key}` here; use one of: {known}.",
        "此处没有 `{key}` 这个键，请使用：{known}。",
    ),
    "kind_unknown": (
        "There is no kind of page `{name}`; use one of: {known}.",
        "没有 `{name}` 这种页面，请使用：{known}。",
    ),
    "module_required": (
        "Module {module} needs module {requires} to be live before it; publish that one first.",
        "模块 {module} 依赖模块 {requires}，请先上架后者。",
    ),
    "name_invalid": (
        "“{name}” cannot be a name; begin with a letter, then letters, digits and _, at most 48 characters.",
        "“{name}”不能作为名称；须以字母开头，只含字母、数字和下划线，最多 48 个字符。",
    ),
    "name_reserved": (
        "The name `{name}` is reserved; choose another.",
        "名称 `{name}` 是保留字，请换一个。",
    ),
    "not_json": (
        "{value} cannot stand in a document that is to be stored as JSON; remove it.",
        "{value} 不能出现在以 JSON 保存的文档中，请去掉。",
    ),
    "op_unknown": (
        "There is no operation `{name}`; use one of: {known}.",
        "没有 `{name}` 这种操作，请使用：{known}。",
    ),
    "scenario_taken": (
        "Two scenarios are called `{name}`; rename one.",
        "有两个场景都叫 `{name}`，请改名。",
    ),
    "step_unknown": (
        "There is no step `{name}`; use one of: {known}.",
        "没有 `{name}` 这种步骤，请使用：{known}。",
    ),
    "too_many_operations": (
        "The patch has {count} operations and may have {limit}; split it into several modules.",
        "补丁有 {count} 个操作，最多允许 {limit} 个，请拆分成多个模块。",
    ),
    "two_outcomes": (
        "A step that fails leaves nothing to expect or save; remove `fails`, or `expect` and `save`.",
        "失败的步骤没有结果可供检查或保存，请去掉 `fails`，或去掉 `expect` 和 `save`。",
    ),
    "type_unknown": (
        "There is no field type `{name}`; use one of: {known}.",
        "没有 `{name}` 这种字段类型，请使用：{known}。",
    ),
    "value_invalid": (
        "“{value}” does not fit here: {reason}. Correct it.",
        "“{value}”不适用于此处：{reason}。请修改。",
    ),
}

_OPERATIONS = {
    "attribute_unknown": (
        "A field of type {type} has no `{attribute}`; remove it, or use one of: {known}.",
        "{type} 类型的字段没有 `{attribute}`，请去掉，或使用：{known}。",
    ),
    "bounds_crossed": (
        "No value of {field} could ever fit, as {min} is more than {max}; correct the bounds.",
        "{min} 大于 {max}，{field} 不可能有合适的值，请修改范围。",
    ),
    "computed_cycle": (
        "{fields} are computed from one another; break the circle.",
        "{fields} 相互计算形成了循环，请打断循环。",
    ),
    "computed_default": (
        "{field} is computed, so it cannot have a default; remove one of the two.",
        "{field} 是计算字段，不能有默认值，请去掉其一。",
    ),
    "default_misfit": (
        "The default {default} does not fit the bounds of {field}; change the default or the bounds.",
        "默认值 {default} 不符合 {field} 的范围，请修改默认值或范围。",
    ),
    "entity_taken": (
        "There is an entity `{other}` already; choose another name, or change that one.",
        "已有实体 `{other}`，请换一个名称，或修改该实体。",
    ),
    "entity_unknown": (
        "There is no entity `{entity}`; use one that exists, or add it first.",
        "没有实体 `{entity}`，请使用已有的实体，或先添加它。",
    ),
    "field_in_use": (
        "{entity}.{field} is still used by {user}; change that first.",
        "{entity}.{field} 仍被 {user} 使用，请先修改后者。",
    ),
    "field_taken": (
        "{entity} has a field `{other}` already; choose another name, or change that one.",
        "{entity} 已有字段 `{other}`，请换一个名称，或修改该字段。",
    ),
    "field_unknown": (
        "There is no field `{field}` on {entity}; use one that exists, or add it first.",
        "{entity} 没有字段 `{field}`，请使用已有的字段，或先添加它。",
    ),
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
    "lines_fixed": (
        "The columns of the lines in {field} cannot change yet; add another lines field instead.",
        "明细字段 {field} 的列暂不能修改，请另加一个明细字段。",
    ),
    "machine_field": (
        "The states of {entity} are kept in {field}, which must stay a choice field; leave it as it is.",
        "{entity} 的状态保存在 {field} 中，它必须保持为单选字段，请不要改动。",
    ),
    "option_taken": (
        "The option “{option}” of {field} is listed twice; remove one.",
        "{field} 的选项“{option}”重复了，请去掉一个。",
    ),
    "option_unknown": (
        "{field} has no option “{option}”; use one of: {known}.",
        "{field} 没有选项“{option}”，请使用：{known}。",
    ),
    "page_empty": (
        "The {kind} page of {entity} would show nothing; name at least one field.",
        "{entity} 的 {kind} 页面没有任何字段，请至少写明一个。",
    ),
    "page_field_type": (
        "{field} is of type {type}, but {expected} is needed here; choose another field.",
        "{field} 的类型是 {type}，此处需要 {expected}，请换一个字段。",
    ),
    "precision_narrowed": (
        "Stored values of {field} may have {precision} digits, {scale} after the point; keep room for these.",
        "{field} 已有的值可能有 {precision} 位数字，其中小数 {scale} 位，请保留足够位数。",
    ),
    "required_set_null": (
        "{field} is required, so deleting its target cannot empty it; use `restrict` or `cascade`.",
        "{field} 是必填的，删除目标时不能置空，请使用 `restrict` 或 `cascade`。",
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
    "shown_twice": (
        "The page shows {field} twice; remove one.",
        "页面上 {field} 出现了两次，请去掉一个。",
    ),
    "system_field": (
        "`{field}` belongs to the system and cannot be added, changed or removed; leave it out.",
        "`{field}` 是系统字段，不能添加、修改或删除，请去掉。",
    ),
    "target_fixed": (
        "{field} refers to {target} and cannot refer to {to} instead; add another field for that.",
        "{field} 引用的是 {target}，不能改为 {to}，请另加一个字段。",
    ),
    "title_missing": (
        "{entity} needs its title field {field}; keep it, or choose another title.",
        "{entity} 需要标题字段 {field}，请保留它，或另选标题。",
    ),
    "too_many_fields": (
        "{entity} may have at most {limit} fields; put some into an entity of their own.",
        "{entity} 最多 {limit} 个字段，请把一部分放到另一个实体。",
    ),
    "type_incompatible": (
        "{field} is of type {type} and cannot become {to} without losing values; add another field instead.",
        "{field} 的类型 {type} 改为 {to} 会丢失数据，请另加一个字段。",
    ),
    "unique_default": (
        "{field} must be unique, so it cannot have one default for all records; remove one of the two.",
        "{field} 要求唯一，不能让所有记录用同一个默认值，请去掉其一。",
    ),
    "unique_impossible": (
        "A field of type {type} such as {field} cannot be unique; remove `unique`.",
        "{type} 类型的字段（如 {field}）不能设为唯一，请去掉 `unique`。",
    ),
}

_IMPORT = {
    "dsl10_cycle": (
        "{patches} depend on one another; remove one of the dependencies.",
        "{patches} 相互依赖，请去掉其中一个依赖。",
    ),
    "dsl10_dependency_missing": (
        "{patch} depends on {missing}, which is not in the documents; add it.",
        "{patch} 依赖 {missing}，但文档中没有它，请补上。",
    ),
    "dsl10_empty": (
        "There is nothing to import; give at least one Patch DSL 1.0 document.",
        "没有可导入的内容，请至少提供一个 Patch DSL 1.0 文档。",
    ),
    "dsl10_field_type": (
        "{field} of type `{type}` cannot be imported; {reason}.",
        "无法导入类型为 `{type}` 的 {field}：{reason}。",
    ),
    "dsl10_key": (
        "`{key}` of {field} cannot be imported, and nothing is dropped silently; remove it and add it by hand.",
        "无法导入 {field} 的 `{key}`，为避免遗漏，请去掉后手工添加。",
    ),
    "dsl10_not_document": (
        "This is no Patch DSL 1.0 document: {reason}.",
        "这不是 Patch DSL 1.0 文档：{reason}。",
    ),
    "dsl10_twice": (
        "Two documents have the patchId `{patch}`; rename one.",
        "有两个文档的 patchId 都是 `{patch}`，请改名。",
    ),
    "dsl10_unsupported": (
        "`{operation}` of {scope}/{type} cannot be imported yet; write it as an operation of the module.",
        "暂不支持导入 {scope}/{type} 的 `{operation}`，请直接写成模块的操作。",
    ),
}

SENTENCES: dict[str, tuple[str, str]] = {**_DOCUMENT, **_OPERATIONS, **EXPRESSIONS, **_IMPORT}
