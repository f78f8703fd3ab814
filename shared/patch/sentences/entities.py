"""Why an operation on an entity, a page, a menu, an index or a seed is refused."""

ENTITIES: dict[str, tuple[str, str]] = {
    "entity_taken": (
        "There is an entity `{other}` already; choose another name, or change that one.",
        "已有实体 `{other}`，请换一个名称，或修改该实体。",
    ),
    "entity_unknown": (
        "There is no entity `{entity}`; use one that exists, or add it first.",
        "没有实体 `{entity}`，请使用已有的实体，或先添加它。",
    ),
    "page_empty": (
        "The {kind} page of {entity} would show nothing; name at least one field.",
        "{entity} 的 {kind} 页面没有任何字段，请至少写明一个。",
    ),
    "page_field_type": (
        "{field} is of type {type}, but {expected} is needed here; choose another field.",
        "{field} 的类型是 {type}，此处需要 {expected}，请换一个字段。",
    ),
    "shown_twice": (
        "The page shows {field} twice; remove one.",
        "页面上 {field} 出现了两次，请去掉一个。",
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
}
