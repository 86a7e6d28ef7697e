"""Console program ``greekmunicipal``: the domain packages on files, with no CKAN and no service.

Exit codes: 0 done; 1 done with something that a person must look at; 2 could not be done, with a
message on standard error. A command ends with ``ctx.exit(code)`` or raises :class:`Failure`.
"""

from __future__ import annotations

import importlib
import io
import sys
import traceback
from collections.abc import Sequence
from typing import Any

import click

DONE = 0
LOOK = 1
FAILED = 2

# One line a command: it is imported only when it is called, so that each starts fast.
COMMANDS = {
    "acts": "ckanext.greekmunicipal.diavgeia.commands:acts",
    "budget": "ckanext.greekmunicipal.budgets.console:budget",
    "municipality": "ckanext.greekmunicipal.municipalities.console:municipality",
    "quality": "ckanext.greekmunicipal.quality.console:quality",
    "scan": "ckanext.greekmunicipal.privacy.console:scan",
    "slug": "ckanext.greekmunicipal.greek.console:slug",
    "simulate": "ckanext.greekmunicipal.diavgeia.simulator.console:simulate",
}


class Failure(click.ClickException):
    """The command could not be done: says what was read, where, what was expected, what to do."""

    exit_code = FAILED


class Program(click.Group):
    """Group that imports its commands when they are called and keeps to the exit codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of all commands, in alphabetical order."""
        return sorted({*COMMANDS, *self.commands})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command; None if there is none of that name."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module, attribute = COMMANDS[cmd_name].split(":")
        return getattr(importlib.import_module(module), attribute)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the program.

        click itself ends with 1 for most errors and Python for a crash; here 1 means «done, look
        at it», so every failure is turned into 2.
        """
        if not standalone_mode:
            return self._run(args, prog_name, complete_var, windows_expand_args, **extra)
        _write_utf8()
        try:
            code = self._run(args, prog_name, complete_var, windows_expand_args, **extra)
        except click.ClickException as error:
            error.show()
            sys.exit(FAILED)
        except click.Abort:
            show_error("Interrupted.")
            sys.exit(FAILED)
        except Exception:  # noqa: BLE001 - a crash must not look like exit code 1
            traceback.print_exc()
            sys.exit(FAILED)
        sys.exit(code if isinstance(code, int) else DONE)

    def _run(
        self,
        args: Sequence[str] | None,
        prog_name: str | None,
        complete_var: str | None,
        windows_expand_args: bool,
        **extra: Any,
    ) -> Any:
        return super().main(
            args,
            prog_name,
            complete_var,
            standalone_mode=False,
            windows_expand_args=windows_expand_args,
            **extra,
        )


def show_error(message: str) -> None:
    """Write one message for a person to standard error."""
    click.echo(message, err=True)


def _write_utf8() -> None:
    """Output is UTF-8 whatever the locale says."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")


@click.command(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ckanext-greekmunicipal")
def main() -> None:
    """Acts, budgets and register of the Greek municipalities, on files."""


if __name__ == "__main__":
    main()
