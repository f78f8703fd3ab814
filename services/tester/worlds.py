"""What a scenario finds when it begins: no record but the seeds of its own module, and of those that one builds on.

Another module's seeds are no concern of a scenario that counts records.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from services.tester.evidence import Case
from services.tester.playing import play
from services.tester.stage import Stage
from services.tester.suite import Play
from shared.engine import Application, sow
from shared.engine.seeds import SeedRow, seed_rows
from shared.patch.keys import module_of
from shared.patch.manifest import Manifest


async def play_all(stage: Stage, manifest: Manifest, plays: Sequence[Play]) -> list[Case]:
    """Play them on the sandbox, which is laid out for `manifest`, each in its world."""
    application = Application(manifest, stage.sandbox.schema)
    seeds = seed_rows(manifest)
    if not seeds:
        return [await play(stage, application, one) for one in plays]
    cases: list[Case] = []
    for modules, group in groupby(plays, key=lambda one: one.modules):
        async with stage.sandbox.undone():
            await stage.sandbox.empty()
            await sow(stage.sandbox.connection, manifest, stage.sandbox.schema, _world(modules, seeds))
            cases += [await play(stage, application, one) for one in group]
    return cases


def _world(modules: Iterable[str], seeds: Mapping[str, SeedRow]) -> set[str]:
    """The keys of the modules' seeds, and of those that these refer to."""
    keys: set[str] = set()
    waiting = {key for key in seeds if module_of(key) in modules}
    while waiting:
        keys |= waiting
        waiting = {need for key in waiting for need in seeds[key].needs} - keys
    return keys
