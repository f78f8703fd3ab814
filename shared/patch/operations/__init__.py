"""The operations. One file each; adding one is a new file and a name in this union."""

from typing import Annotated

from pydantic import Field

from shared.patch.operations.add_entity import AddEntity
from shared.patch.operations.add_field import AddField
from shared.patch.operations.add_index import AddIndex
from shared.patch.operations.add_machine import AddMachine
from shared.patch.operations.add_rule import AddRule
from shared.patch.operations.add_trigger import AddTrigger
from shared.patch.operations.change_field import ChangeField
from shared.patch.operations.change_options import ChangeOptions
from shared.patch.operations.extend_machine import ExtendMachine
from shared.patch.operations.grant import Grant
from shared.patch.operations.remove_entity import RemoveEntity
from shared.patch.operations.remove_field import RemoveField
from shared.patch.operations.remove_part import RemovePart
from shared.patch.operations.rename_entity import RenameEntity
from shared.patch.operations.rename_field import RenameField
from shared.patch.operations.replace_part import ReplacePart
from shared.patch.operations.seed import Seed
from shared.patch.operations.set_menu import SetMenu
from shared.patch.operations.set_page import SetPage
from shared.patch.operations.set_text import SetText

Operation = Annotated[
    AddEntity
    | RenameEntity
    | RemoveEntity
    | AddField
    | RenameField
    | ChangeField
    | RemoveField
    | ChangeOptions
    | AddRule
    | AddMachine
    | ExtendMachine
    | AddTrigger
    | Grant
    | AddIndex
    | SetPage
    | SetMenu
    | SetText
    | Seed
    | ReplacePart
    | RemovePart,
    Field(discriminator="op"),
]
