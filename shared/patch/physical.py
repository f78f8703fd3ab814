"""Under which name PostgreSQL keeps a part. It follows from the part's key alone, so that renaming moves no value.

Parts of an entity's own module have their plain name, parts that another module added carry that module's name in
front. A patch whose parts would meet in one name is refused (`physical_name_taken`). Names of the engine's own begin
with an underscore or hold a dot or a colon, which no identifier of the language can.
"""

import hashlib
from functools import lru_cache

from shared.patch.keys import BASE_MODULE, POSTGRESQL_NAME_BYTES, first_name, module_of


def cut(name: str) -> str:
    """A name that PostgreSQL would cut anyway is cut here, with a hash of the whole so that it stays unique."""
    if len(name.encode()) <= POSTGRESQL_NAME_BYTES:
        return name
    return f"{name[:52]}_{hashlib.sha256(name.encode()).hexdigest()[:10]}"


def table_name(entity_key: str) -> str:
    return _physical(entity_key, BASE_MODULE)


@lru_cache(maxsize=10_000)
def column_name(owner_key: str, field_key: str) -> str:
    """The owner is the entity, or the lines field of which the field is a column."""
    return _physical(field_key, module_of(owner_key))


def lines_table_name(entity_key: str, field_key: str) -> str:
    return cut(f"{table_name(entity_key)}.{column_name(entity_key, field_key)}")


@lru_cache(maxsize=10_000)
def _physical(key: str, home: str) -> str:
    module, name = module_of(key), first_name(key)
    plain = name if module == home else f"{module}__{name}"
    # `a__b` + `c` and `a` + `b__c` meet in one name; a hash of the key keeps them apart.
    if "__" in name or (module != home and "__" in module):
        plain = f"{plain[:52]}_{hashlib.sha256(key.encode()).hexdigest()[:10]}"
    return cut(plain)
