"""The `patchbay` command.

Standard output carries data; progress, logs and advice go to standard error. Exit codes: 0 done · 1 failed · 2 wrong
usage · 3 finished with a negative verdict (failed tests, refused sentence) · 7 unreachable. `patchbay patch` answers as
`diff` does: 1 when it found something.
"""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from patchbay import running
from patchbay.documents.command import patch, sources
from patchbay.plan import Options

app = typer.Typer(no_args_is_help=True, pretty_exceptions_show_locals=False, help=__doc__)
app.add_typer(patch, name="patch")

Folder = Annotated[Path, typer.Option("--data", envvar="PATCHBAY_DATA", help="Where data, keys and logs are kept.")]
GatewayPort = Annotated[int, typer.Option(envvar="PATCHBAY_GATEWAY_PORT", help="The REST API's port on 127.0.0.1.")]
ConsolePort = Annotated[int, typer.Option(envvar="PATCHBAY_CONSOLE_PORT", help="The console's port on 127.0.0.1.")]
File = Annotated[typer.FileBinaryRead, typer.Argument(help="A JSON or YAML file; `-` is standard input.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer with one JSON object.")]


@app.command()
def up(
    data: Folder = Path(".patchbay"),
    gateway_port: GatewayPort = 8610,
    console_port: ConsolePort = 8600,
    rabbitmq: Annotated[
        str | None,
        typer.Option(help="The services as separate processes, on this broker; `private` starts one of our own."),
    ] = None,
    testers: Annotated[int, typer.Option(min=1, max=64, help="How many tester workers; with --rabbitmq.")] = 1,
) -> None:
    """Start Patchbay on this machine, and stay until Ctrl-C."""
    options = Options(data, gateway_port, console_port, rabbitmq, testers)
    raise typer.Exit(asyncio.run(running.up(options)))


@app.command()
def demo(
    sentence: Annotated[str | None, typer.Argument(help="Your own sentence, in English or Chinese.")] = None,
    *,
    stay: Annotated[bool, typer.Option("--stay", help="Stay up afterwards, until Ctrl-C.")] = False,
    data: Folder = Path(".patchbay"),
    gateway_port: GatewayPort = 8610,
    console_port: ConsolePort = 8600,
) -> None:
    """Take a sentence to published and back, and watch. Uses the Patchbay that runs here, or starts one."""
    options = Options(data, gateway_port, console_port)
    raise typer.Exit(asyncio.run(running.demo(options, sentence, stay=stay)))


@app.command("test")
def trial(file: File, *, as_json: AsJson = False) -> None:
    """Run a patch file against the CRM suite on this machine, with the engine of the live CRM."""
    from patchbay.trial import try_out_patch  # noqa: PLC0415 - see above

    [source] = sources([file])
    raise typer.Exit(try_out_patch(source, as_json=as_json))
