"""Write the snapshot of every event that has none yet: `python -m tests.contracts.write_snapshots`."""

import json
from pathlib import Path

from shared.contracts.topology import EVENTS

SNAPSHOTS = Path(__file__).parent / "snapshots"

if __name__ == "__main__":
    SNAPSHOTS.mkdir(exist_ok=True)
    for topic, event in EVENTS.items():
        path = SNAPSHOTS / f"{topic}.json"
        if not path.exists():
            path.write_text(json.dumps(event.model_json_schema(), indent=1, sort_keys=True) + "\n")
