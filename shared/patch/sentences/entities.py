"""Why an operation on an entity, a page, a menu, an index or a seed is refused."""

ENTITIES: dict[str, tuple[str, str]] = {
    "entity_in_use": (
        "{entity} is still used by {kind} {user}; change or remove that first.",
        "{entity} 仍被{kind} {user} 使用，请先修改或移除后者。",
    ),
    "entity_taken": (
        "There is an entity `{other}` already; choose another name, or change that one.",
        "已有实体 `{other}`，请换一个名称，或修改该实体。",
    ),
    "entity_unknown": (
        "There is no entity `{entity}`; use one that exists, or add it first.",
        "没有实体 `{entity}`，请使用已有的实体，或先添加它。",
    ),
    "index_field_twice": (
        "The index names {field} of {entity} twice; remove one.",
        "索引中 {entity} 的 {field} 出现了两次，请去掉一个。",
    ),
    "index_field_type": (
        "{field} of {entity} is of type {type}, by which no record can be found quickly; choose another field.",
        "{entity} 的 {field} 类型是 {type}，不能建立索引，请换一个字段。",
    ),
    "index_taken": (
        "{entity} has an index `{other}` already; choose another name.",
        "{entity} 已有索引 `{other}`，请换一个名称。",
    ),
    "index_too_long": (
        "Together {fields} may hold {length} characters, and an index holds {limit}; leave a text out, or shorten one.",
        "{fields} 合计最多 {length} 个字符，而索引最多 {limit} 个，请去掉或缩短其中的文本字段。",
    ),
    "index_twice": (
        "{other} of {entity} is an index over these very fields; leave {index} out, or choose other fields.",
        "{entity} 的索引 {other} 已包含同样的字段，请去掉 {index}，或换用其他字段。",
    ),
    "menu_after_itself": (
        "The menu item {menu} cannot stand behind itself; name another one in `after`.",
        "菜单项 {menu} 不能排在自己后面，请在 `after` 中写另一个。",
    ),
    "menu_taken": (
        "There is a menu item `{other}` already; choose another name, or change that one.",
        "已有菜单项 `{other}`，请换一个名称，或修改该菜单项。",
    ),
    "menu_unknown": (
        "There is no menu item `{menu}`; use one that exists, or name the `entity` that a new one opens.",
        "没有菜单项 `{menu}`，请使用已有的，或写明新菜单项打开的 `entity`。",
    ),
    "name_unchanged": (
        "`{name}` is the name already; give another one, or leave the operation out.",
        "名称已经是 `{name}`，请给出另一个名称，或去掉该操作。",
    ),
    "page_and_place": (
        "`page` replaces what `place` would add to; use one of the two.",
        "`page` 会覆盖 `place` 的内容，请只用其一。",
    ),
    "page_empty": (
        "The {kind} page of {entity} would show nothing; name at least one field.",
        "{entity} 的 {kind} 页面没有任何字段，请至少写明一个。",
    ),
    "page_field_type": (
        "{field} is of type {type}, but {expected} is needed here; choose another field.",
        "{field} 的类型是 {type}，此处需要 {expected}，请换一个字段。",
    ),
    "page_missing": (
        "Nothing is said about a page; give `page`, `place` or `title`.",
        "没有说明页面的内容，请给出 `page`、`place` 或 `title`。",
    ),
    "page_unknown": (
        "{entity} has no {kind} page on which something could be placed; set it as a whole with `page`.",
        "{entity} 没有 {kind} 页面，无法放置字段，请用 `page` 设置整个页面。",
    ),
    "seed_circle": (
        "{seeds} refer to one another, so none can be written first; leave one of the references out.",
        "{seeds} 相互引用，无法确定写入顺序，请去掉其中一个引用。",
    ),
    "seed_not_unique": (
        "The seeds {seed} and {other} of {entity} have the same {fields}, which must be unique; change one.",
        "{entity} 的初始数据 {seed} 和 {other} 的 {fields} 相同，但要求唯一，请修改其一。",
    ),
    "seed_taken": (
        "The seed {seed} of {entity} belongs to the module {module}; choose another name.",
        "{entity} 的初始数据 {seed} 属于模块 {module}，请换一个名称。",
    ),
    "seed_twice": (
        "{entity} has two seeds called {seed}, apart from upper and lower case; keep one, or rename it.",
        "{entity} 有两条名为 {seed} 的初始数据（不区分大小写），请保留一条，或改名。",
    ),
    "seed_unknown": (
        "There is no seed {seed}; use one that exists, or bring it along earlier in the module.",
        "没有初始数据 {seed}，请使用已有的，或在模块中先添加它。",
    ),
    "shown_twice": (
        "The page shows {field} twice; remove one.",
        "页面上 {field} 出现了两次，请去掉一个。",
    ),
    "text_missing": (
        "No text is given; give at least one of: {known}.",
        "没有给出文字，请至少给出其一：{known}。",
    ),
    "text_senseless": (
        "What is named here has no `{text}`; give one of: {known}.",
        "此处所指的内容没有 `{text}`，请给出：{known}。",
    ),
    "text_target": (
        "{named} name no one thing; name a `menu`, or an `entity` with a `field` (and an `option`) or a `rule`.",
        "{named} 不能一起使用，请写 `menu`，或写 `entity` 及其 `field`（和 `option`）或 `rule`。",
    ),
    "title_missing": (
        "{entity} needs its title field {field}; keep it, or choose another title.",
        "{entity} 需要标题字段 {field}，请保留它，或另选标题。",
    ),
    "title_type": (
        "{field} is of type {type}, which cannot stand for a record of {entity}; choose another title.",
        "{field} 的类型是 {type}，不能代表 {entity} 的记录，请另选标题。",
    ),
    "too_many_entities": (
        "The CRM may have at most {limit} entities; remove one, or put the fields into an entity that exists.",
        "CRM 最多 {limit} 个实体，请先删除一个，或把字段放到已有的实体中。",
    ),
    "too_many_indexes": (
        "{entity} may have at most {limit} indexes; remove one that is of little use.",
        "{entity} 最多 {limit} 个索引，请去掉用处不大的。",
    ),
    "too_many_menus": (
        "The menu may have at most {limit} items; hide one first.",
        "菜单最多 {limit} 项，请先隐藏一项。",
    ),
    "too_many_seeds": (
        "The CRM may have at most {limit} seeds; import further records instead.",
        "CRM 最多 {limit} 条初始数据，其余记录请用导入。",
    ),
    "value_beyond": (
        "{field} cannot be {value}, as {reason} {limit}; give a value that fits.",
        "{field} 不能是 {value}，{reason} {limit}，请改用合适的值。",
    ),
    "value_misfit": (
        "{field} cannot be {value}, as {reason}; give a value that fits.",
        "{field} 不能是 {value}，因为{reason}，请改用合适的值。",
    ),
}
