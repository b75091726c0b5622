"""`gitcp schema`."""

import json
from pathlib import Path

import click

from gitcp.cli.output import print_json, say


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
    from gitcp.store.schema import schemas

    known = schemas()
    if kind is not None and kind not in known:
        raise UnknownRecordError(f"kind {kind} does not exist", hint=f"one of {', '.join(known)}")
    if output is not None:
        output.mkdir(parents=True, exist_ok=True)
        for name, schema in known.items():
            if kind in {None, name}:
                (output / f"{name}.schema.json").write_text(json.dumps(schema, indent=2) + "\n")
        say(f"{1 if kind else len(known)} schemas in {output}")
        return 0
    print_json(known[kind] if kind else known)
    return 0
