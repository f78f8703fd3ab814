"""Fuzzing: bytes, documents and expressions, led by which branches they reach. Only refusals may come out.

PATCHBAY_FUZZ_SECONDS says for how long each target is fuzzed (10).
"""

import faulthandler
import json
import os
import platform
import random
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared.patch import Manifest, document
from tests.patch.making import OPERATIONS, document_of, random_operation

ROOT = Path(__file__).parents[2]
OLD = Path(__file__).parent / "dsl10"
SECONDS = int(os.environ.get("PATCHBAY_FUZZ_SECONDS", "10"))
SCENARIO: dict[str, Any] = {
    "name": "a_customer",
    "entity": "Customer",
    "as": "sales",
    "steps": [
        {"step": "create", "entity": "Customer", "values": {"name": "A"}, "save": "a"},
        {"step": "update", "record": "$a", "values": {"name": ""}, "fails": "invalid", "field": "name"},
        {"step": "query", "entity": "Order", "where": {"customer": {"$ref": "a"}}, "count": 0},
    ],
}
EXPRESSIONS = (
    "total <= 10000 || note != null",
    "items.filter(i, i.quantity > 1).sum(i, i.amount) + @paidSum > coalesce(customer.credit, 0)",
    "paid ? 'a' + lower(note) : status in ['open', 'done'] ? '' : user.name",
    "matches(note, '^p[0-9]+$') && 'web' in channels && 'admin' in user.roles",
    "daysBetween(due, today) > 3 && addMonths(due, 1) >= date('2026-02-28') && year(now) == 2026",
    "shipped + duration('PT2H') > now && seconds(shipped - now) > 60 && at < time('09:30')",
    "items.all(i, i.product.price * i.quantity == i.amount) && size(items) > 0 && old.total != total",
    "round(total * 0.07, 2) - min(tax, abs(total)) / max(1, floor(total)) == -ceil(tax)",
)
WORDS = re.compile(r"[A-Za-z_@.]+|'[^']*'|[0-9.]+|[^\sA-Za-z0-9']+")
# Atheris has wheels for this platform only; there, its absence is a defect of the environment.
HAS_WHEELS = sys.platform == "linux" and platform.machine() == "x86_64" and sys.version_info < (3, 13)

pytestmark = pytest.mark.skipif(
    find_spec("atheris") is None and not (HAS_WHEELS and os.environ.get("CI") == "true"),
    reason=f"NOT FUZZED: Atheris is missing, and has no wheels for {sys.platform} {platform.machine()}",
)


def documents(shop: Manifest) -> list[dict[str, Any]]:
    """One document for each operation, one with all of them, and some of several that belong together by chance."""
    chance = random.Random(1)
    groups = [[one.EXAMPLE] for one in OPERATIONS] + [[one.EXAMPLE for one in OPERATIONS]]
    groups += [[random_operation(chance, shop) for _ in range(5)] for _ in range(100)]
    whole = [document_of("loyalty", *group) for group in groups]
    return [*whole, {**whole[0], "scenarios": [SCENARIO], "amends": [{"scenario": "other", "with": SCENARIO}]}]


def corpus(target: str, shop: Manifest) -> list[bytes]:
    if target == "expression":
        return [bytes([number % 3]) + one.encode() for number, one in enumerate(EXPRESSIONS)]
    if target == "import":
        return [json.dumps(yaml.safe_load(one.read_text("utf-8"))["document"]).encode() for one in OLD.glob("*.yaml")]
    return [json.dumps(one).encode() for one in documents(shop)]


@pytest.mark.parametrize("target", ["parse", "expression", "validate", "import"])
def test_whatever_comes_in_only_refusals_come_out(target: str, shop: Manifest, tmp_path: Path) -> None:
    # A long run is no hanging test.
    faulthandler.cancel_dump_traceback_later()
    seeds = tmp_path / "corpus"
    seeds.mkdir()
    for number, one in enumerate(corpus(target, shop)):
        (seeds / f"{number:03}").write_bytes(one)
    manifest, words = tmp_path / "manifest.json", tmp_path / "words"
    manifest.write_text(json.dumps(document(shop)))
    found = sorted({word for text in EXPRESSIONS for word in WORDS.findall(text)})
    words.write_text("".join(f"{json.dumps(word)}\n" for word in found))
    limits = [
        f"-max_total_time={SECONDS}",
        "-timeout=10",
        "-rss_limit_mb=3000",
        "-max_len=20000",
        "-print_final_stats=1",
    ]
    flags = [*limits, f"-artifact_prefix={tmp_path}/", *([f"-dict={words}"] if target == "expression" else [])]
    command = [sys.executable, "-m", "tests.fuzz.targets", target, str(manifest), *flags, str(seeds)]
    ended = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    culprits = {path.name: path.read_bytes() for path in tmp_path.iterdir() if re.match("crash|timeout|oom", path.name)}
    assert (ended.returncode, culprits) == (0, {}), ended.stdout[-4000:] + ended.stderr[-4000:]
    executed = re.search(r"number_of_executed_units: (\d+)", ended.stderr)
    assert executed
    assert int(executed[1]) > 50 * SECONDS, "it comes to trying something"
    sys.stdout.write(f"{target}: {executed[1]} inputs in {SECONDS} s\n")
