"""The command line: which subcommands there are, and how an error is told to a person.

A subcommand's module is imported when it is asked for, so that `db status` does not wait for geopandas.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from typer.core import TyperGroup

from gis.errors import GisError, InvalidInput

STOPPED = 130
"""Exit code of a command that was interrupted before it had finished."""

COMMANDS = {
    "demo": "api.commands.demo",
    "serve": "api.commands.serving",
    "db": "api.commands.database",
    "import": "api.commands.importing",
    "export": "api.commands.exporting",
    "locate": "api.commands.locating",
    "locate-text": "api.commands.texts",
    "hotspots": "api.commands.hotspots",
    "leave": "api.commands.leave",
    "topics": "api.commands.topics",
    "lexicon": "api.commands.lexicon",
    "account": "api.commands.accounts",
    "key": "api.commands.keys",
    "report": "api.commands.reporting",
    "verify": "api.commands.verifying",
    "notices": "api.commands.notices",
    "purge": "api.commands.purging",
    "setup": "api.commands.setup",
    "bench": "api.commands.bench",
    "test": "api.commands.checking",
}
"""Each subcommand and the module whose `app` answers it, in the order of `--help`."""


class OnDemand(TyperGroup):
    """A group of commands that are imported when they are named."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 (the base class gives it)
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 (the base class gives it)
        if cmd_name not in COMMANDS:
            return None
        command = typer.main.get_command(importlib.import_module(COMMANDS[cmd_name]).app)
        command.name = cmd_name
        return command


app = typer.Typer(cls=OnDemand, add_completion=False, context_settings={"help_option_names": ["-h", "--help"]})


@app.callback(invoke_without_command=True)
def dualgrid(
    context: typer.Context,
    home: Annotated[
        str,
        typer.Option(
            metavar="DIR",
            help="Folder for everything that dualgrid writes; before or after any command, or DUALGRID_HOME.",
        ),
    ] = "",
) -> None:
    """双网格 dualgrid: a message becomes a located issue with a responsible worker, on a map.

    Begin with `./dualgrid demo`. The settings are DUALGRID_… environment variables, listed in the README.
    """
    if home:
        os.environ["DUALGRID_HOME"] = home
    if context.invoked_subcommand is None:
        print(context.get_help())


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code.

    Whatever a person can cause is told in a line or two on stderr, without a traceback.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        result = typer.main.get_command(app).main(arguments, prog_name="./dualgrid", standalone_mode=False)
    except typer.TyperException as error:
        path = getattr(getattr(error, "ctx", None), "command_path", "./dualgrid")
        message = error.format_message().rstrip(".")
        return _tell([f"{message}. See `{path} --help`."], exit_code=error.exit_code)
    except ValidationError as error:
        if error.title != "Settings":
            raise
        return _tell([f"DUALGRID_{str(fault['loc'][0]).upper()}: {fault['msg']}." for fault in error.errors()])
    except InvalidInput as error:
        return _tell([str(fault) for fault in error.faults])
    except GisError as error:
        return _tell([error.message])
    except OSError as error:
        if not error.strerror:
            raise
        return _tell([f"{error.filename}: {error.strerror}." if error.filename else f"{error.strerror}."])
    if result == STOPPED:
        return _tell(["Stopped."], exit_code=STOPPED)
    return result if isinstance(result, int) else 0


def _interrupt(*_: object) -> None:
    """What Ctrl-C does, so that a stopped command leaves nothing running behind it."""
    raise KeyboardInterrupt


def _tell(lines: list[str], *, exit_code: int = 1) -> int:
    print("\n".join(lines), file=sys.stderr)
    return exit_code


if __name__ == "__main__":
    sys.exit(main())
