"""Example patches, in `examples/`: what people look at first, and what the tests publish."""

from typing import Any

from shared.crm.files import read_yaml

EXAMPLES = (
    # The demonstration: small, and told sentence by sentence.
    "loyalty",
    # Modules as companies have them.
    "loyalty_programme",
    "sales_commissions",
    "returns_rma",
    "contract_renewals",
    "credit_limit",
    "multi_currency",
    "subscription_billing",
    "delivery_slots",
    "quality_inspection",
    "territory_visibility",
)


def example(name: str) -> dict[str, Any]:
    """The patch document, as `shared.patch.parse` takes it."""
    return read_yaml(f"examples/{name}.yaml")
