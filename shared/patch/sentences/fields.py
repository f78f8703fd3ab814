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
    "column_not_listed": (
        "{field} becomes a column of lines, which no list page shows; remove `list`.",
        "{field} 是明细的列，列表页不显示明细，请去掉 `list`。",
    ),
    "column_type": (
        "A column of lines cannot be of type {type}, as {field} is; use one of: {known}.",
        "明细的列（{field}）不能是 {type} 类型，请使用：{known}。",
    ),
    "columns_differ": (
        "The columns of {entity}.{field} are told in two ways that differ; make them the same.",
        "{entity}.{field} 的列有两种不一致的说明，请改为一致。",
    ),
    "computed_cycle": (
        "{fields} are computed from one another; break the circle.",
        "{fields} 相互计算形成了循环，请打断循环。",
    ),
    "computed_passing": (
        "A computed value is stored and cannot depend on {names}; use a rule, or a trigger that sets the field.",
        "计算值会被保存，不能依赖 {names}；请改用规则，或用触发器设置该字段。",
    ),
    "computed_default": (
        "{field} is computed, so it cannot have a default; remove one of the two.",
        "{field} 是计算字段，不能有默认值，请去掉其一。",
    ),
    "computed_overwrites": (
        "{field} holds values that people entered, which a computation would write over; add another field for it.",
        "{field} 已有人工填写的值，改为计算字段会覆盖它们，请另加一个字段。",
    ),
    "computed_required": (
        "{field} is computed, so nobody can fill it in; remove `required`, or say in a rule what must hold.",
        "{field} 是计算字段，无人能填写，请去掉 `required`，或用规则说明必须满足的条件。",
    ),
    "computed_type": (
        "{field} is computed, which a field of type {to} cannot be; take the computation away first.",
        "{field} 是计算字段，{to} 类型不支持计算，请先取消计算。",
    ),
    "default_misfit": (
        "The default {default} does not fit the bounds of {field}; change the default or the bounds.",
        "默认值 {default} 不符合 {field} 的范围，请修改默认值或范围。",
    ),
    "default_not_plain_time": (
        "The default {default} of {field} must be a time in whole seconds without a zone; write it such as 09:30:00.",
        "{field} 的默认值 {default} 必须是不带时区、精确到秒的时间，请写成如 09:30:00。",
    ),
    "default_without_zone": (
        "The default {default} of {field} does not say its time zone; write one behind it, such as `Z`.",
        "{field} 的默认值 {default} 没有时区，请在后面写明，例如 `Z`。",
    ),
    "duration_fraction": (
        "{value} is no whole number of seconds, as {field} needs; round it.",
        "{field} 只能是整秒，{value} 不是，请取整。",
    ),
    "duration_too_long": (
        "A span of {field} may be at most {limit} days either way; make it shorter.",
        "{field} 的时长最多 {limit} 天（正负皆然），请缩短。",
    ),
    "field_in_use": (
        "{entity}.{field} is still used by {kind} {user}; change that first.",
        "{entity}.{field} 仍被{kind} {user} 使用，请先修改后者。",
    ),
    "field_taken": (
        "{entity} has a field `{other}` already; choose another name, or change that one.",
        "{entity} 已有字段 `{other}`，请换一个名称，或修改该字段。",
    ),
    "field_unknown": (
        "There is no field `{field}` on {entity}; use one that exists, or add it first.",
        "{entity} 没有字段 `{field}`，请使用已有的字段，或先添加它。",
    ),
    "former_name": (
        "`{name}` is what {other} of {entity} was called first, and stays its key; choose another name.",
        "`{name}` 是 {entity} 的 {other} 最初的名称，仍是它的键，请换一个名称。",
    ),
    "lines_empty": (
        "{field} needs at least one visible column; keep one, or remove the lines themselves.",
        "{field} 至少要有一个可见的列，请保留一列，或删除整个明细字段。",
    ),
    "listed_twice": (
        "{field} lists {value} twice; remove one.",
        "{field} 中 {value} 重复了，请去掉一个。",
    ),
    "more_than_options": (
        "{field} has {options} options, so nobody can choose {max}; lower `max_items`.",
        "{field} 只有 {options} 个选项，不可能选 {max} 个，请减小 `max_items`。",
    ),
    "not_choices": (
        "{field} of {entity} is of type {type} and has no options; name a field with choices.",
        "{entity} 的 {field} 是 {type} 类型，没有选项，请使用选项字段。",
    ),
    "not_lines": (
        "{field} of {entity} is of type {type} and has no columns; name a lines field.",
        "{entity} 的 {field} 是 {type} 类型，没有列，请使用明细字段。",
    ),
    "option_in_use": (
        "{kind} of {entity}.{field} still uses the option “{option}”; change that first.",
        "{entity}.{field} 的{kind}仍在使用选项“{option}”，请先修改后者。",
    ),
    "option_taken": (
        "The options “{other}” and “{option}” of {field} are the same; remove one.",
        "{field} 的选项“{other}”与“{option}”相同，请去掉一个。",
    ),
    "options_empty": (
        "{field} would have no option left; keep one, or remove the field.",
        "{field} 将没有任何选项，请至少保留一个，或删除该字段。",
    ),
    "options_unchanged": (
        "The operation names no option; name one in `add`, `remove` or `label`, or leave the operation out.",
        "操作没有写明任何选项，请在 `add`、`remove` 或 `label` 中写明，或去掉该操作。",
    ),
    "option_unknown": (
        "{field} has no option “{option}”; use one of: {known}.",
        "{field} 没有选项“{option}”，请使用：{known}。",
    ),
    "physical_name_taken": (
        "{name} would be kept under the same name in the database as {other} of {entity}; choose another name.",
        "{name} 在数据库中的名称会与 {entity} 的 {other} 相同，请换一个名称。",
    ),
    "precision_narrowed": (
        "Stored values of {field} may have {precision} digits, {scale} after the point; keep room for these.",
        "{field} 已有的值可能有 {precision} 位数字，其中小数 {scale} 位，请保留足够位数。",
    ),
    "required_set_null": (
        "{field} is required, so deleting its target cannot empty it; use `restrict` or `cascade`.",
        "{field} 是必填的，删除目标时不能置空，请使用 `restrict` 或 `cascade`。",
    ),
    "required_unreachable": (
        "{field} is required and {flag} without a default, so nobody could ever save a record; remove one of the two.",
        "{field} 既必填又{flag}，且没有默认值，任何人都无法保存记录，请去掉其一。",
    ),
    "system_field": (
        "`{field}` belongs to the system and cannot be added, changed or removed; leave it out.",
        "`{field}` 是系统字段，不能添加、修改或删除，请去掉。",
    ),
    "target_fixed": (
        "{field} refers to {target} and cannot refer to {to} instead; add another field for that.",
        "{field} 引用的是 {target}，不能改为 {to}，请另加一个字段。",
    ),
    "targets_narrowed": (
        "{field} may refer to records of {targets} already; keep these.",
        "{field} 可能已引用 {targets} 的记录，请保留它们。",
    ),
    "too_many_columns": (
        "{entity} may have at most {limit} columns; put some into an entity of their own.",
        "{entity} 最多 {limit} 列，请把一部分放到另一个实体。",
    ),
    "too_many_fields": (
        "{entity} may have at most {limit} fields; put some into an entity of their own.",
        "{entity} 最多 {limit} 个字段，请把一部分放到另一个实体。",
    ),
    "too_many_options": (
        "{field} may have at most {limit} options; make it a reference to an entity of their own.",
        "{field} 最多 {limit} 个选项，请改为引用另一个实体。",
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
    "unique_in_lines": (
        "{field} is a column of the lines in {lines}, where nothing is unique; remove `unique`.",
        "{field} 是明细 {lines} 的列，明细中不支持唯一，请去掉 `unique`。",
    ),
}
