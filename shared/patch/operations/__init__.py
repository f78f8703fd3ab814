"""The operations. One file each; adding one is a new file and a name in this union."""

from typing import Annotated

from pydantic import Field

from shared.patch.operations.add_entity import AddEntity
from shared.patch.operations.add_field import AddField
from shared.patch.operations.add_rule import AddRule
from shared.patch.operations.change_field import ChangeField
from shared.patch.operations.grant import Grant
from shared.patch.operations.remove_field import RemoveField
from shared.patch.operations.set_page import SetPage

Operation = Annotated[
    AddEntity | AddField | ChangeField | RemoveField | AddRule | SetPage | Grant,
    Field(discriminator="op"),
]
