"""The guide page of the built-in rules, made from the forms: `python -m services.generator.phrasebook.guide`."""

import sys
from pathlib import Path

from services.generator.phrasebook.reading import FORMS
from services.generator.phrasebook.splitting import is_chinese

PAGE = Path("docs/guides/built-in-rules.md")
_HEAD = """\
<!-- Made by `python -m services.generator.phrasebook.guide`; change the forms, not this page. -->
# Built-in rules (no AI)

Patchbay writes patches without any language model: it reads sentences of the forms below, in English and 简体中文. It
needs no key and no network, and the same sentence always gives the same patch.

- Write one change per sentence; a description may have several. Each sentence sees what the ones before have added.
- Entities and fields are called by their label or name, in either language, singular or plural.
- It shows what it understood. What it does not understand it refuses, naming the words; it never guesses.
- Of several sentences, one that is not understood refuses them all, so that half a change never passes for the whole.

Conventions, which the version spells out before anything is tested or published:

- A field without a type is a text of up to 200 characters; one whose name ends in “date” or “birthday” is a date.
- Options are listed after a colon or in brackets. A semicolon ends the list: what follows is said of the field.
- “Orders over 10000” means the entity's total, or its amount where it has no total.
- A field that a rule asks for and that is not there yet is added as a text.
- A Chinese name gets its identifier from a glossary; where that does not know it, write the English name in brackets:
  给客户增加会员积分（loyaltyPoints），类型为整数。
- Types: text, long text, integer, number, money, yes/no, date, date and time, a reference ·
  文本、长文本、整数、数字、金额、是否、日期、日期时间、引用.
- Said of a new field, after a comma or semicolon: required, unique, default …, up to … characters, between … and … ·
  必填、唯一、默认…、最多…个字符、…到…之间.

A change may contradict scenarios of the CRM's own suite: they make customers without a phone, or look for the notes of
an order. For what becomes required or optional, is removed, gets another default, is asked for or refused by a rule,
or is granted to a role, the version says so in `amends`, and its reviewer sees which scenarios it alters. The rest is
left to you, and the run fails and says why: a narrower length or bound than the suite's values have, a reference or
lines that become required. A required field of tracking entries is refused at once, as orders write them by themselves.

## The forms
"""


def render() -> str:
    """The whole page."""
    parts = [_HEAD]
    for form in FORMS:
        english = [f"- {example}" for example in form.examples if not is_chinese(example)]
        chinese = [f"- {example}" for example in form.examples if is_chinese(example)]
        parts.append("\n".join([f"### {form.title['en']} · {form.title['zh']}", "", *english, *chinese]) + "\n")
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
    sys.stdout.write(f"{PAGE} written\n")
