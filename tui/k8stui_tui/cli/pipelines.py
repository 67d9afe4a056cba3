"""`k8stui pipelines`: which pipelines there are in files here, and which parameters they take."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from k8stui_tui.cli.output import Format, note, say, structured, table
from k8stui_tui.cli.run import Parameters, Target, parameters
from k8stui_tui.cli.schedule.listing import list_ as list_schedules
from k8stui_tui.cli.session import Output
from k8stui_tui.cli.tables import Column
from k8stui_tui.sanitize import cell

if TYPE_CHECKING:
    from k8stui.authoring.forms import Field

app = typer.Typer(no_args_is_help=True, help="Find pipelines in files, and show what they take.", rich_markup_mode=None)

schedules = typer.Typer(no_args_is_help=True, help="List schedules.", rich_markup_mode=None)
schedules.command("list")(list_schedules)
app.add_typer(schedules, name="schedule", help="As `k8stui schedule`: list.")


@app.command("list")
def list_(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A folder, or a file.")] = Path(),
    output: Output = Format.TABLE,
) -> None:
    """List the pipelines below a folder.

    No file is imported for that. Hidden folders, virtual environments and the like are left out.
    """
    from k8stui.authoring.discover import find_pipelines
    from k8stui.authoring.places import shown

    found = find_pipelines(path)
    if output.structured:
        plain = [
            {"target": one.target, "name": one.name, "file": shown(one.file), "line": one.line, "doc": one.doc}
            for one in found.pipelines
        ]
        say(structured(plain, output))
    elif output is Format.NAME:
        for one in found.pipelines:
            say(one.target)
    elif found.pipelines:
        columns = [Column("PIPELINE"), Column("TARGET"), Column("DOC", flexible=True)]
        table(columns, [(one.name, one.target, one.doc) for one in found.pipelines])
    else:
        note(f"No pipelines in {shown(path)}. A pipeline is a function with @pipeline, or a YAML file with steps.")
    for said in found.notes:
        note(cell(said))


@app.command()
def show(target: Target, output: Output = Format.TABLE) -> None:
    """Show a pipeline and its parameters.

    Its file is imported for that, as by `k8stui run`.
    """
    from k8stui.authoring.forms import fields_of
    from k8stui.authoring.load import load
    from k8stui.authoring.places import shown

    with redirect_stdout(sys.stderr):  # what the file prints is no part of the answer
        loaded = load(target)
    fields = fields_of(loaded.parameters)
    file = shown(loaded.file) if loaded.file else ""
    if output.structured:
        plain = [_plain(field) for field in fields]
        say(structured({"name": loaded.name, "file": file, "doc": loaded.doc, "parameters": plain}, output))
        return
    if output is Format.NAME:
        say(cell(loaded.name))
        return
    say(f"{cell(loaded.name)}  {cell(file)}")
    for line in loaded.doc.splitlines():
        say(f"  {cell(line)}".rstrip())
    say("")
    if not fields:
        say("It takes no parameters.")
        return
    columns = [Column("PARAMETER"), Column("TYPE", flexible=True), Column("DEFAULT", flexible=True)]
    columns.append(Column("DOC", flexible=True))
    table(columns, [(one.name, one.parameter.type_name, _default(one), one.parameter.description) for one in fields])


@app.command()
def package(target: Target, param: Parameters = None, output: Output = Format.TABLE) -> None:
    """List the files that would travel with a run: its code package.

    Python files and text data beside the pipeline's file, and its own modules that it imports from elsewhere; what
    `.gitignore` and `.k8stuiignore` name is left out. Its file is imported for that, as by `k8stui run`.
    """
    import io
    import zipfile

    from k8stui.authoring.load import load

    with redirect_stdout(sys.stderr):  # what the file prints is no part of the answer
        code = load(target).trace(parameters(param or [])).code
    files = zipfile.ZipFile(io.BytesIO(code.data)).infolist() if code else []
    if output.structured:
        listed = [{"name": one.filename, "bytes": one.file_size} for one in files]
        size, digest = (len(code.data), code.digest) if code else (0, "")
        say(structured({"files": listed, "zipped_bytes": size, "sha256": digest}, output))
    elif output is Format.NAME:
        for one in files:
            say(cell(one.filename))
    elif code:
        table([Column("FILE", flexible=True), Column("BYTES")], [(one.filename, str(one.file_size)) for one in files])
        note(f"{code.told}, zipped")
    else:
        note("It has container steps only, so no code travels.")


def _default(field: Field) -> str:
    if field.required:
        return "(required)"
    return field.default or repr(field.parameter.default)


def _plain(field: Field) -> dict[str, Any]:
    known = field.parameter
    return {
        "name": known.name,
        "type": known.type_name,
        "kind": field.kind.value,
        "required": known.required,
        "default": field.default_value,
        "choices": list(field.choices),
        "description": known.description,
    }
