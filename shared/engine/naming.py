"""From keys to what PostgreSQL sees.

A part's physical name follows from its key alone, so the same key is the same column whatever the part is called
today. Parts of an entity's own module have their plain name, parts that another module added carry that module's name
in front. Names of ours begin with an underscore or hold a dot, which no identifier of the language can.
"""

import hashlib
import re

from shared.patch.keys import BASE_MODULE, POSTGRESQL_NAME_BYTES, module_of

PARTS = "_parts"
COUNTERS = "_counters"


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def cut(name: str) -> str:
    """A name that PostgreSQL would cut anyway is cut here, with a hash of the whole so that it stays unique."""
    if len(name.encode()) <= POSTGRESQL_NAME_BYTES:
        return name
    return f"{name[:52]}_{hashlib.sha256(name.encode()).hexdigest()[:10]}"


def table_name(entity_key: str) -> str:
    return _physical(entity_key, BASE_MODULE)


def column_name(entity_key: str, field_key: str) -> str:
    return _physical(field_key, module_of(entity_key))


def lines_table_name(entity_key: str, field_key: str) -> str:
    return cut(f"{table_name(entity_key)}.{column_name(entity_key, field_key)}")


def _physical(key: str, home: str) -> str:
    module, name = module_of(key), re.split(r"[/.]", key)[-1]
    plain = name if module == home else f"{module}__{name}"
    # `a__b` + `c` and `a` + `b__c` meet in one name; a hash of the key keeps them apart.
    if "__" in name or (module != home and "__" in module):
        plain = f"{plain[:52]}_{hashlib.sha256(key.encode()).hexdigest()[:10]}"
    return cut(plain)
