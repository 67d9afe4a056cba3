"""`k8stui config`: where the config file is, what it sets, whether it is well, and a first one to fill in."""

from __future__ import annotations

from typing import Annotated

import typer

from k8stui.model.configfile import config_path
from k8stui.model.errors import ConflictError, InvalidInputError
from k8stui_tui.cli.output import Format, say, structured
from k8stui_tui.cli.session import Output

app = typer.Typer(help="The config file of the screens.", no_args_is_help=True)


@app.command()
def path() -> None:
    """Print where the config file is, or would be."""
    say(str(config_path()))


@app.command()
def show(output: Output = Format.TABLE) -> None:
    """Print the settings in force, as TOML; exit code 2 when the file has something in it that is not possible."""
    from dataclasses import asdict

    from k8stui_tui.cli.center import own_config
    from k8stui_tui.config.writing import in_toml

    config = own_config()
    say(structured(asdict(config), output) if output.structured else in_toml(config).rstrip("\n"))


@app.command()
def check() -> None:
    """Say whether the config file is well; exit code 2 when it is not."""
    from k8stui_tui.cli.center import own_config

    own_config()
    found = config_path()
    say(f"{found} is well." if found.exists() else f"There is no {found}: all settings have their defaults.")


@app.command()
def init(
    stdout: Annotated[bool, typer.Option("--stdout", help="Print it instead of writing the file.")] = False,
) -> None:
    """Write a config file in which every setting is explained and none is set; one that is there is left alone."""
    from k8stui_tui.config.writing import commented

    if stdout:
        say(commented().rstrip("\n"))
        return
    target = config_path()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8") as file:
            file.write(commented())
    except FileExistsError:
        raise ConflictError(
            f"{target} exists and is left as it is.", hint="k8stui config init --stdout prints what would be in it."
        ) from None
    except OSError as error:
        raise InvalidInputError(f"{target} cannot be written: {error.strerror}.") from error
    say(f"{target} written.")
