"""The list of files is the list of operations: code, example and test of each go by one name."""

import inspect
from typing import Any, get_args

from pydantic import BaseModel, TypeAdapter

from shared.patch.operations import Operation
from tests.support.sources import under

_MEMBERS: tuple[type[BaseModel], ...] = get_args(get_args(Operation)[0])
_OPERATIONS: dict[str, type[BaseModel]] = {member.model_fields["op"].default: member for member in _MEMBERS}


def test_every_operation_has_a_file_and_a_class_of_its_name() -> None:
    for operation, member in _OPERATIONS.items():
        assert member.__name__ == "".join(word.capitalize() for word in operation.split("_"))
        assert member.__module__ == f"shared.patch.operations.{operation}"


def test_every_file_with_an_operation_is_in_the_union() -> None:
    files = {path.stem for path in under("shared/patch/operations") if "    op: Literal[" in path.read_text("utf-8")}
    assert files == _OPERATIONS.keys()


def test_every_operation_says_in_its_docstring_what_it_does() -> None:
    assert [operation for operation, member in _OPERATIONS.items() if not inspect.getdoc(member)] == []


def test_every_operation_has_a_test_file() -> None:
    tested = {path.stem.removeprefix("test_") for path in under("tests/patch")}
    assert [operation for operation in _OPERATIONS if operation not in tested] == []


def test_every_operation_has_an_example_that_is_one() -> None:
    adapter = TypeAdapter[Any](Operation)
    for operation, member in _OPERATIONS.items():
        assert adapter.validate_python(getattr(member, "EXAMPLE", {})).op == operation
