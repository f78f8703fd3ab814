"""What to call a module after its sentences."""

from services.generator.phrasebook.reading import Reading

_TITLE_MAX = 200


def title_of(reading: Reading) -> dict[str, str]:
    """What the sentences are about, in both languages."""
    abouts = [one.step.about for one in reading.understood]
    return {
        "en": "; ".join(dict.fromkeys(about["en"] for about in abouts))[:_TITLE_MAX],
        "zh": "；".join(dict.fromkeys(about["zh"] for about in abouts))[:_TITLE_MAX],
    }


def subject_of(reading: Reading) -> str:
    """The first thing that is changed, as it is addressed: `Customer loyaltyTier`."""
    operation = reading.understood[0].step.operations[0]
    part = operation.get("field", "")
    return f"{operation['entity']} {part['name'] if isinstance(part, dict) else part}"
