"""Why an expression is refused, in English and Chinese. `place` counts characters from one."""

EXPRESSIONS = {
    "expression_arguments": (
        "`{function}` is not used like that (character {place}); correct it.",
        "`{function}` 的用法不对（第 {place} 个字符），请修改。",
    ),
    "expression_lines": (
        "`{field}` is a list of lines, not a value (character {place}); say what of the lines you mean.",
        "`{field}` 是明细而不是单个值（第 {place} 个字符），请写明要用明细的什么。",
    ),
    "expression_links": (
        "`{field}` can hold many records and is no value (character {place}); use other fields.",
        "`{field}` 可包含多条记录，不是单个值（第 {place} 个字符），请使用其他字段。",
    ),
    "expression_not_in_sql": (
        "The expression uses `{name}`, which stored records cannot be searched by; leave it out.",
        "表达式用到了 `{name}`，无法据此检索已存的记录，请去掉。",
    ),
    "expression_not_lines": (
        "`{field}` is of type {type} and has no lines (character {place}); use a lines field.",
        "`{field}` 的类型是 {type}，没有明细（第 {place} 个字符），请使用明细字段。",
    ),
    "expression_options": (
        "Only options of `{field}` may come out, and this could be anything (character {place}); choose from: {known}.",
        "结果只能是 `{field}` 的选项，而这里可能是任意值（第 {place} 个字符），请从中选择：{known}。",
    ),
    "expression_path": (
        "`{field}` cannot be looked into from here (character {place}); follow one reference at most.",
        "此处不能访问 `{field}` 内部（第 {place} 个字符），最多只能跟随一层引用。",
    ),
    "expression_reference": (
        "Expected a reference to {expected} at character {place}, but this leads to {got}; correct it.",
        "第 {place} 个字符处需要对 {expected} 的引用，而这里指向 {got}，请修改。",
    ),
    "expression_syntax": (
        "`{found}` cannot stand at character {place}; expected {expected}.",
        "第 {place} 个字符处不能是 `{found}`，应为 {expected}。",
    ),
    "expression_too_costly": (
        "The expression could take {cost} steps, at most {limit} are allowed; simplify it.",
        "该表达式最多可能执行 {cost} 步，上限为 {limit}，请简化。",
    ),
    "expression_too_deep": (
        "The expression is nested deeper than {limit} levels; simplify it.",
        "表达式嵌套超过 {limit} 层，请简化。",
    ),
    "expression_too_large": (
        "The expression has more than {limit} parts; split it into several rules.",
        "表达式超过 {limit} 个部分，请拆分成多条规则。",
    ),
    "expression_too_long": (
        "The expression has {length} characters, at most {limit} are allowed; shorten it.",
        "表达式有 {length} 个字符，上限为 {limit}，请缩短。",
    ),
    "expression_type": (
        "Expected {expected} at character {place}, but found {got}; correct it.",
        "第 {place} 个字符处需要 {expected}，而这里是 {got}，请修改。",
    ),
    "expression_unordered": (
        "{kind} has no order (character {place}); compare it with == or !=, or use `in`.",
        "{kind} 没有大小之分（第 {place} 个字符），请用 ==、!= 或 `in` 比较。",
    ),
    "expression_variable": (
        "`{variable}` means something already (character {place}); choose another name.",
        "`{variable}` 已有其他含义（第 {place} 个字符），请换一个名称。",
    ),
    "function_unknown": (
        "There is no function `{function}` (character {place}); use one of: {known}.",
        "没有函数 `{function}`（第 {place} 个字符），请使用：{known}。",
    ),
    "lookup_in_lookup": (
        "A lookup cannot use another one, here @{lookup} (character {place}); say it with fields.",
        "查询中不能使用另一个查询（第 {place} 个字符处的 @{lookup}），请改用字段表达。",
    ),
    "lookup_sort": (
        "`sort` says which record `one` takes, and means nothing for `{find}`; leave it out.",
        "`sort` 只用于确定 `one` 取哪条记录，对 `{find}` 没有意义，请去掉。",
    ),
    "lookup_unknown": (
        "There is no lookup @{lookup} (character {place}); declare it beside the expression, or use one of: {known}.",
        "没有查询 @{lookup}（第 {place} 个字符），请在表达式旁声明，或使用：{known}。",
    ),
    "lookup_value": (
        "`{find}` is about records, not about their {value}; leave `value` out.",
        "`{find}` 针对的是记录本身而不是其 {value}，请去掉 `value`。",
    ),
    "lookup_without_value": (
        "`{find}` needs to know of what; name a field of {entity} as `value`.",
        "`{find}` 需要说明针对哪个字段，请在 `value` 中写明 {entity} 的字段。",
    ),
    "pattern_invalid": (
        "The pattern cannot be used at its character {at}: {reason}; correct it.",
        "该模式在其第 {at} 个字符处有误：{reason}，请修改。",
    ),
    "pattern_too_large": (
        "The pattern stands for {size} characters, at most {limit} are allowed; repeat less.",
        "该模式展开后有 {size} 个字符，上限为 {limit}，请减少重复。",
    ),
    "pattern_too_long": (
        "The pattern has {length} characters, at most {limit} are allowed; shorten it.",
        "该模式有 {length} 个字符，上限为 {limit}，请缩短。",
    ),
}
