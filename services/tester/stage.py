"""What a run plays on: the sandbox, the manifests it goes through, and who is told how far it is."""

from collections.abc import Callable
from dataclasses import dataclass, field

from services.tester.evidence import Told
from services.tester.sandbox import Sandbox
from services.tester.suite import Play
from shared.patch import Patch
from shared.patch.manifest import Manifest

Tell = Callable[[Told], None]


@dataclass
class Counter:
    """Tells of each scenario as it begins."""

    tell: Tell
    total: int
    done: int = field(default=0)

    def begin(self, scenario: str) -> None:
        self.tell(Told(done=self.done, total=self.total, scenario=scenario))
        self.done += 1


@dataclass(frozen=True)
class Stage:
    """`base` is without the module, `live` what runs now, `candidate` what is to run."""

    sandbox: Sandbox
    patch: Patch
    base: Manifest
    live: Manifest
    candidate: Manifest
    # What must hold on the candidate, and, once the change is withdrawn, on the base.
    plays: tuple[Play, ...]
    base_plays: tuple[Play, ...]
    counter: Counter
