"""`gitcp mcp`."""

import os

import click

from gitcp.errors import CallbackError, GitcpError


@click.command()
def command() -> int:
    """Serve the tools of this run, or of a person's token, over MCP on standard input and output.

    It needs the extra `mcp`: pip install "gitcp[mcp]".

    \b
    Examples:
      gitcp mcp
      claude --strict-mcp-config --mcp-config '{"mcpServers": {"gitcp": {"command": "gitcp", "args": ["mcp"]}}}'
    """
    from gitcp.api.client import CallbackClient

    try:
        from gitcp.api.mcp_server import serve
    except ModuleNotFoundError as error:
        raise GitcpError(
            f"gitcp mcp needs the library {(error.name or 'mcp').partition('.')[0]}, which is not installed",
            hint='pip install "gitcp[mcp]"',
        ) from error
    client = CallbackClient.from_environment(os.environ)
    if client is None:
        raise CallbackError(
            "gitcp mcp: expected GITCP_API_URL and GITCP_API_KEY, found none",
            hint="inside a run both are there; outside, `gitcp token new --for PERSON` and `gitcp scheduler --listen`",
        )
    serve(client)
    return 0
