"""Physical names: one per key, short enough for PostgreSQL, and never the same for two keys."""

from itertools import combinations

from shared.engine.naming import column_name, cut, lines_table_name, table_name

CUSTOMER = "crm/entity/Customer"


def test_a_field_of_the_entitys_own_module_has_its_own_name() -> None:
    assert column_name(CUSTOMER, "crm/field/Customer.name") == "name"
    assert column_name("stock/entity/Warehouse", "stock/field/Warehouse.name") == "name"
    assert table_name(CUSTOMER) == "Customer"


def test_what_a_module_adds_carries_its_name() -> None:
    assert column_name(CUSTOMER, "loyalty/field/Customer.tier") == "loyalty__tier"
    assert table_name("stock/entity/Warehouse") == "stock__Warehouse"
    assert lines_table_name(CUSTOMER, "stock/field/Customer.rows") == "Customer.stock__rows"


def test_names_that_would_meet_are_kept_apart() -> None:
    long = "x" * 48
    keys = [
        "a/field/Customer.b__c",
        "a__b/field/Customer.c",
        "crm/field/Customer.a__b__c",
        f"{long}/field/Customer.{long}",
        f"{long}/field/Customer.{long[:-1]}y",
        f"{long[:-1]}y/field/Customer.{long}",
    ]
    names = [column_name(CUSTOMER, key) for key in keys]
    assert all(one != other for one, other in combinations(names, 2))
    assert all(len(name.encode()) <= 63 for name in names)


def test_a_name_that_fits_is_left_alone() -> None:
    assert cut("x" * 63) == "x" * 63
    assert len(cut("x" * 64)) == 63
