"""Why an operation on a field is refused."""

FIELDS: dict[str, tuple[str, str]] = {
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
    "lines_fixed": (
        "The columns of the lines in {field} cannot change yet; add another lines field instead.",
        "明细字段 {field} 的列暂不能修改，请另加一个明细字段。",
    ),
    "option_taken": (
        "The option “{option}” of {field} is listed twice; remove one.",
        "{field} 的选项“{option}”重复了，请去掉一个。",
    ),
    "option_unknown": (
        "{field} has no option “{option}”; use one of: {known}.",
        "{field} 没有选项“{option}”，请使用：{known}。",
    ),
    "precision_narrowed": (
        "Stored values of {field} may have {precision} digits, {scale} after the point; keep room for these.",
        "{field} 已有的值可能有 {precision} 位数字，其中小数 {scale} 位，请保留足够位数。",
    ),
    "required_set_null": (
        "{field} is required, so deleting its target cannot empty it; use `restrict` or `cascade`.",
        "{field} 是必填的，删除目标时不能置空，请使用 `restrict` 或 `cascade`。",
    ),
    "system_field": (
        "`{field}` belongs to the system and cannot be added, changed or removed; leave it out.",
        "`{field}` 是系统字段，不能添加、修改或删除，请去掉。",
    ),
    "target_fixed": (
        "{field} refers to {target} and cannot refer to {to} instead; add another field for that.",
        "{field} 引用的是 {target}，不能改为 {to}，请另加一个字段。",
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
