"""List prices of models, from a kept price library. Nothing is asked over the network: its version is what dates them."""

from decimal import ROUND_UP, Decimal
from importlib.metadata import version
from typing import Final

from gitcp.runtimes.events import Tokens

_LIBRARY: Final = "genai-prices"
_MICRO: Final = Decimal("0.000001")


def price_of(model: str, tokens: Tokens, provider: str | None = None) -> Decimal | None:
    """Return what calls of a model cost in USD, or none where the model is not known. `provider` narrows the search."""
    from genai_prices import Usage, calc_price  # noqa: PLC0415 — a third of a second, needed by few runs

    used = {
        "input_tokens": tokens.input,
        "output_tokens": tokens.output,
        "cache_read_tokens": min(tokens.cached, tokens.input),
        "cache_write_tokens": min(tokens.written, max(tokens.input - tokens.cached, 0)),
    }
    try:
        found = calc_price(Usage(**{name: n for name, n in used.items() if n}), model, provider_id=provider)
    except (LookupError, ValueError):
        return None
    return found.total_price.quantize(_MICRO, ROUND_UP)


def priced_by() -> str:
    """Name the library and its version."""
    return f"{_LIBRARY} {version(_LIBRARY)}"
