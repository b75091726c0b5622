"""`gitcp schema`."""

import json
from pathlib import Path

import click

from gitcp.cli.output import print_json, say
from gitcp.cli.text import counted


@click.command()
@click.argument("kind", required=False)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write one file per kind into a folder.",
)
def command(kind: str | None, output: Path | None) -> int:
    """Print JSON Schema of the records, so that editors complete and check them.

    \b
    Examples:
      gitcp schema task
      gitcp schema -o .schemas
    """
    from gitcp.errors import UnknownRecordError
    from gitcp.store.json_schema import schemas

    known = schemas()
    wanted = "member" if kind in {"agent", "person"} else kind
    if wanted is not None and wanted not in known:
        raise UnknownRecordError(f"kind {kind} does not exist", hint=f"one of {', '.join(known)}")
    chosen = known if wanted is None else {wanted: known[wanted]}
    if output is None:
        print_json(chosen if wanted is None else chosen[wanted])
        return 0
    output.mkdir(parents=True, exist_ok=True)
    for name, schema in chosen.items():
        (output / f"{name}.schema.json").write_text(json.dumps(schema, indent=2) + "\n", encoding="utf-8")
    say(f"{counted(len(chosen), 'schema')} in {output}")
    return 0
