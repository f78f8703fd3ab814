"""Why a document is refused before any operation is looked at."""

DOCUMENT: dict[str, tuple[str, str]] = {
    "action_unknown": (
        "There is no action `{name}`; use one of: {known}.",
        "没有 `{name}` 这种动作，请使用：{known}。",
    ),
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
    "decimals_too_many": (
        "{value} has more than {limit} digits after the point; leave some out.",
        "{value} 的小数超过 {limit} 位，请减少小数位。",
    ),
    "digits_too_many": (
        "{value} has more than {limit} digits; use a smaller number.",
        "{value} 超过 {limit} 位数字，请使用更小的数字。",
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
    "form_wrong": (
        "“{value}” does not have the form that is needed here; write {form}.",
        "“{value}”的格式不符，请写成：{form}。",
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
        "There is no kind `{name}` here; use one of: {known}.",
        "此处没有 `{name}` 这一种类，请使用：{known}。",
    ),
    "list_too_long": (
        "There are too many entries here; leave at most {limit}.",
        "此处条目过多，请最多保留 {limit} 项。",
    ),
    "list_too_short": (
        "There are too few entries here; give at least {limit}.",
        "此处条目过少，请至少给出 {limit} 项。",
    ),
    "module_required": (
        "Module {module} needs module {requires} to be live before it; publish that one first.",
        "模块 {module} 依赖模块 {requires}，请先上架后者。",
    ),
    "more_problems": (
        "There are {count} more problems; correct these first.",
        "另有 {count} 个问题，请先修改以上问题。",
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
    "number_unfit": (
        "{value} is too large for a number here, or no number at all; use one of at most 18 digits.",
        "{value} 过大或不是数字，请使用不超过 18 位的数字。",
    ),
    "op_unknown": (
        "There is no operation `{name}`; use one of: {known}.",
        "没有 `{name}` 这种操作，请使用：{known}。",
    ),
    "rule_without_fails": (
        "`rule` names the rule that is broken, so the step needs `fails` too.",
        "`rule` 表示不成立的规则，因此该步骤还需要 `fails`。",
    ),
    "scenario_taken": (
        "Two scenarios are called `{name}`; rename one.",
        "有两个场景都叫 `{name}`，请改名。",
    ),
    "step_unknown": (
        "There is no step `{name}`; use one of: {known}.",
        "没有 `{name}` 这种步骤，请使用：{known}。",
    ),
    "text_blank": (
        "This text is blank; write what people are to read.",
        "此处文字为空白，请写明要显示的内容。",
    ),
    "text_confusable": (
        "“{word}” has letters that look like those of another script ({character}); write it in one script.",
        "“{word}”含有与其他文字外形相似的字母（{character}），请统一使用一种文字。",
    ),
    "text_not_composed": (
        "This text has accents apart from their letters, as another that looks the same has not; compose it (NFC).",
        "此处文字使用了分离的附加符号，与外观相同的文字并不相等，请改用组合形式（NFC）。",
    ),
    "text_unreadable": (
        "This text contains {character}, which nobody can see or which makes it hard to read; remove it.",
        "此处文字含有 {character}，它不可见或妨碍阅读，请去掉。",
    ),
    "too_many_operations": (
        "The patch has {count} operations and may have {limit}; split it into several modules.",
        "补丁有 {count} 个操作，最多允许 {limit} 个，请拆分成多个模块。",
    ),
    "too_many_parts": (
        "The document has more than {limit} values; split it into several modules.",
        "文档的值超过 {limit} 个，请拆分成多个模块。",
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
    "value_too_large": (
        "{value} is too large; use at most {limit}.",
        "{value} 过大，请使用不超过 {limit} 的值。",
    ),
    "value_too_long": (
        "“{value}” is too long; use at most {limit} characters.",
        "“{value}”过长，请最多使用 {limit} 个字符。",
    ),
    "value_too_short": (
        "“{value}” is too short; use at least {limit} characters.",
        "“{value}”过短，请至少使用 {limit} 个字符。",
    ),
    "value_too_small": (
        "{value} is too small; use at least {limit}.",
        "{value} 过小，请使用不小于 {limit} 的值。",
    ),
    "value_unknown": (
        "“{value}” is not known here; use one of: {known}.",
        "此处没有“{value}”，请使用：{known}。",
    ),
    "wrong_type": (
        "“{value}” does not fit here; write {expected}.",
        "“{value}”不适用于此处，请写成：{expected}。",
    ),
}
