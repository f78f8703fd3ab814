"""Patch documents, on this machine: nothing is sent anywhere.

A FILE is JSON or YAML; `-` is standard input. Exit codes: 0 fine · 3 refused, or conflicts found ·
2 wrong usage, or a file that cannot be opened. Data goes to standard output, what is said of it to standard error.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from patchbay.documents.language import Language, language_of

if TYPE_CHECKING:
    from patchbay.documents.source import Source
    from patchbay.documents.telling import Telling

patch = typer.Typer(no_args_is_help=True, help=__doc__)

_HELP = "A patch, as JSON or YAML; `-` is standard input."
File = Annotated[typer.FileBinaryRead, typer.Argument(help=_HELP)]
Files = Annotated[list[typer.FileBinaryRead], typer.Argument(help=_HELP)]
Live = Annotated[
    list[typer.FileBinaryRead] | None,
    typer.Option("--live", help="A patch that is live before it; repeat it, in the order of publishing."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Answer with one JSON object: ok, problems, and the outcome.")]
Lang = Annotated[Language | None, typer.Option("--lang", help="Without it, the language that this machine is set to.")]


@patch.command("validate")
def validate(files: Files, live: Live = None, *, as_json: AsJson = False, lang: Lang = None) -> None:
    """Check patches against the CRM: every problem at once, each with its place and remedy."""
    from patchbay.documents.judging import judge  # noqa: PLC0415 - `up` must not pay for what only this needs

    raise typer.Exit(judge(sources(files), sources(live), _telling(lang, as_json=as_json)))


@patch.command("explain")
def explain(files: Files, live: Live = None, *, as_json: AsJson = False, lang: Lang = None) -> None:
    """Say in sentences what patches do, how risky that is and what a person must confirm."""
    from patchbay.documents.judging import judge  # noqa: PLC0415 - see above

    raise typer.Exit(judge(sources(files), sources(live), _telling(lang, as_json=as_json), in_full=True))


@patch.command("diff")
def diff(
    before: File,
    after: Annotated[typer.FileBinaryRead | None, typer.Argument(help="The patch to compare it with.")] = None,
    live: Live = None,
    *,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """What is different by meaning: between two patches or, with one, between the CRM without and with it."""
    from patchbay.documents.comparing import show_difference  # noqa: PLC0415 - see above

    second = sources([after])[0] if after is not None else None
    raise typer.Exit(show_difference(sources([before])[0], second, sources(live), _telling(lang, as_json=as_json)))


@patch.command("conflicts")
def conflicts(files: Files, live: Live = None, *, as_json: AsJson = False, lang: Lang = None) -> None:
    """Which of these patches stand in each other's way, and where."""
    from patchbay.documents.comparing import show_conflicts  # noqa: PLC0415 - see above

    raise typer.Exit(show_conflicts(sources(files), sources(live), _telling(lang, as_json=as_json)))


@patch.command("import")
def import_(
    file: File,
    live: Live = None,
    *,
    module: Annotated[str | None, typer.Option(help="The module's name: lower case, digits and `_`.")] = None,
    title: Annotated[str | None, typer.Option(help="The module's title.")] = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Turn Patch DSL 1.0 documents into a Patchbay patch, which is printed."""
    from patchbay.documents.converting import import_document  # noqa: PLC0415 - see above

    raise typer.Exit(import_document(sources([file])[0], sources(live), _telling(lang, as_json=as_json), module, title))


@patch.command("export")
def export(file: File, live: Live = None, *, as_json: AsJson = False, lang: Lang = None) -> None:
    """Turn a patch into Patch DSL 1.0 documents, which are printed; what these cannot say is told."""
    from patchbay.documents.converting import export_document  # noqa: PLC0415 - see above

    raise typer.Exit(export_document(sources([file])[0], sources(live), _telling(lang, as_json=as_json)))


@patch.command("rebase")
def rebase(
    file: File,
    was: Annotated[
        list[typer.FileBinaryRead] | None,
        typer.Option("--was", help="A patch that was live when it was written; repeat it, as --live."),
    ] = None,
    live: Live = None,
    *,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Bring a patch up to what is live now: it follows new names, and is refused where it no longer applies."""
    from patchbay.documents.converting import rebase_document  # noqa: PLC0415 - see above

    raise typer.Exit(rebase_document(sources([file])[0], sources(was), sources(live), _telling(lang, as_json=as_json)))


@patch.command("schema")
def schema(
    *,
    provider: Annotated[bool, typer.Option("--provider", help="The reduced form, for language models.")] = False,
) -> None:
    """Print the JSON Schema of a patch."""
    from patchbay.documents.converting import print_schema  # noqa: PLC0415 - see above

    raise typer.Exit(print_schema(provider=provider))


def sources(files: Sequence[typer.FileBinaryRead] | None) -> "list[Source]":
    from patchbay.documents.source import Source  # noqa: PLC0415 - see above

    return [Source(_named(file), file.read()) for file in files or ()]


def _named(file: typer.FileBinaryRead) -> str:
    """Standard input has no path, or an odd one."""
    name = getattr(file, "name", "")
    return name if isinstance(name, str) and name and not name.startswith("<") else "-"


def _telling(lang: Language | None, *, as_json: bool) -> "Telling":
    from patchbay.documents.telling import Telling  # noqa: PLC0415 - see above

    return Telling(language_of(lang), as_json)
