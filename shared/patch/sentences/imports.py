"""Why a document of Patch DSL 1.0 is refused, and what of a patch it cannot say."""

IMPORTS: dict[str, tuple[str, str]] = {
    "dsl10_component": (
        "A component `{component}` has no place on a page: {reason}; remove it, or use one of: {known}.",
        "页面上不能放置组件 `{component}`：{reason}。请去掉，或使用：{known}。",
    ),
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
    "dsl10_fixed": (
        "`{key}` of {field} cannot be changed here: {reason}.",
        "无法在此修改 {field} 的 `{key}`：{reason}。",
    ),
    "dsl10_inexpressible": (
        "Patch DSL 1.0 has no words for `{part}`; hand this on as a Patchbay patch, or leave it out.",
        "Patch DSL 1.0 无法表达 `{part}`，请直接使用 Patchbay 补丁，或去掉该部分。",
    ),
    "dsl10_key": (
        "`{key}` of {field} cannot be imported, and nothing is dropped silently; remove it and add it by hand.",
        "无法导入 {field} 的 `{key}`，为避免遗漏，请去掉后手工添加。",
    ),
    "dsl10_not_document": (
        "This is no Patch DSL 1.0 document: {reason}.",
        "这不是 Patch DSL 1.0 文档：{reason}。",
    ),
    "dsl10_not_shown": (
        "{field} is not on the {page} page of {entity}; name one of: {known}.",
        "{entity} 的 {page} 页面上没有 {field}，请使用：{known}。",
    ),
    "dsl10_twice": (
        "Two documents have the patchId `{patch}`; rename one.",
        "有两个文档的 patchId 都是 `{patch}`，请改名。",
    ),
    "dsl10_unsupported": (
        "`{operation}` of {scope}/{type} cannot be imported: {reason}.",
        "无法导入 {scope}/{type} 的 `{operation}`：{reason}。",
    ),
    "dsl10_widget": (
        "{field} is a {type} and is not shown as `{component}`; leave out the component's type.",
        "{field} 的类型是 {type}，不能显示为 `{component}`；请去掉组件类型。",
    ),
    "dsl10_word": (
        "`{value}` cannot stand for `{key}` here; use one of: {known}.",
        "此处的 `{key}` 不能是 `{value}`，请使用：{known}。",
    ),
}
