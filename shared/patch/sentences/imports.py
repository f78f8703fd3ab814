"""Why a document of Patch DSL 1.0 is refused."""

IMPORTS: dict[str, tuple[str, str]] = {
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
