"""What an endpoint is told of a run: its brief and all that a program would find in its environment."""

import ipaddress
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from gitcp.model.runtimes import HttpRuntime
from gitcp.runtimes.base import Launch, Limits

FORMAT: Final = 1
API_URL: Final = "GITCP_API_URL"
API_KEY: Final = "GITCP_API_KEY"
_PORT: Final = "{port}"


def assignment(launch: Launch, config: HttpRuntime) -> dict[str, Any]:
    """Return the body of the request that starts a run.

    Raises:
        OSError, ValueError: a file of the run cannot be read.
    """
    told = launch.environment
    context = (
        json.loads(Path(told["GITCP_WAKE_CONTEXT"]).read_text()) if told.get("GITCP_WAKE_CONTEXT") else {}
    )
    return {
        "format": FORMAT,
        "action": "start",
        "run": launch.run,
        "agent": told.get("GITCP_AGENT_ID"),
        "task": told.get("GITCP_TASK_ID") or None,
        "company": told.get("GITCP_COMPANY"),
        "reasons": [reason for reason in told.get("GITCP_WAKE_REASON", "").split(",") if reason],
        "deadline": context.get("run", {}).get("deadline"),
        "limits": _limits(launch.limits),
        "model": config.model,
        "session": launch.resume,
        "brief": _text(launch.brief),
        "system_prompt": _text(launch.system_prompt),
        "skill": _text(launch.skill / "SKILL.md") if launch.skill else None,
        "context": context,
        "checkout": str(launch.cwd) if is_here(config.url) else None,
        "callback": _callback(told, config),
    }


def callback_base(config: HttpRuntime) -> str | None:
    """Return the address by which the endpoint reaches a run's callback, `{port}` standing for its port; none if it does not."""
    if config.callback_url is not None:
        return config.callback_url
    return f"http://127.0.0.1:{_PORT}" if is_here(config.url) else None


def is_here(url: str) -> bool:
    """Whether a URL leads to this very machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _callback(told: Mapping[str, str], config: HttpRuntime) -> dict[str, str] | None:
    base = callback_base(config)
    if base is None or API_URL not in told:
        return None
    return {"url": base.replace(_PORT, str(urlsplit(told[API_URL]).port)), "key": told.get(API_KEY, "")}


def _limits(limits: Limits) -> dict[str, float | int]:
    given = {
        "minutes": limits.minutes,
        "silence_minutes": limits.silence_minutes,
        "usd": limits.usd,
        "usd_imputed": limits.usd_imputed,
        "tokens": limits.tokens,
        "turns": limits.turns,
    }
    whole = {"tokens", "turns"}
    return {
        name: int(value) if name in whole else float(value)
        for name, value in given.items()
        if value is not None
    }


def _text(path: Path | None) -> str | None:
    return path.read_text(encoding="utf-8") if path is not None else None
