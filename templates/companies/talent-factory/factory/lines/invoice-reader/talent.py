"""Invoice reader: number, date, currency, amounts and account of an invoice that arrives as text.

Rule: a field that is not plainly there is null; the reader would rather ask a person than invent an amount.
"""

import re
from datetime import date
from decimal import Decimal
from typing import Any, Final

VERSION: Final = "2.1.0"

_MONTHS: Final = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_CURRENCIES: Final = {
    "€": "EUR",
    "£": "GBP",
    "$": "USD",
    "eur": "EUR",
    "gbp": "GBP",
    "usd": "USD",
    "chf": "CHF",
}
_AMOUNT: Final = r"(\d{1,3}(?:[.,'\s]\d{3})+(?:[.,]\d{2})?|\d+(?:[.,]\d{2})?)(?!\s*%|[.,]?\d)"
_NUMBER: Final = re.compile(
    r"\b(?:invoice|inv|bill)\s*(?:number|no\.?|nr\.?|#)\s*:?\s*([A-Z0-9][\w/-]*\d)", re.IGNORECASE
)
_IBAN: Final = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_TOTAL: Final = ("amount due", "total due", "grand total", "balance due", "total")
_NET: Final = ("subtotal", "net amount", "net total", "net")
_TAX: Final = ("vat", "sales tax", "tax")


def run(text: str) -> dict[str, Any]:
    """Return the fields of an invoice; null for what is not there."""
    net, tax, total = _labelled(text, _NET), _labelled(text, _TAX), _labelled(text, _TOTAL)
    number = _NUMBER.search(text)
    return {
        "number": number[1] if number else None,
        "date": _date(text),
        "currency": _currency(text),
        "net": _shown(net),
        "tax": _shown(tax),
        "total": _shown(total),
        "adds_up": _adds_up(net, tax, total),
        "iban": _iban(text),
    }


def _labelled(text: str, labels: tuple[str, ...]) -> Decimal | None:
    """Return the last amount on the first line that starts with the best label."""
    for label in labels:
        for line in text.split("\n"):
            if re.match(rf"\W*{re.escape(label)}\b", line, re.IGNORECASE):
                amounts = re.findall(_AMOUNT, line)
                if amounts:
                    return _decimal(amounts[-1])
    return None


def _adds_up(net: Decimal | None, tax: Decimal | None, total: Decimal | None) -> bool | None:
    if net is None or tax is None or total is None:
        return None
    return net + tax == total


def _decimal(amount: str) -> Decimal:
    """Return the value of 1.234,56 and of 1,234.56: the last mark before two digits is the decimal one."""
    whole, mark, cents = amount, "", ""
    if re.search(r"[.,]\d{2}$", amount):
        whole, mark, cents = amount[:-3], ".", amount[-2:]
    return Decimal(re.sub(r"\D", "", whole) + mark + cents)


def _date(text: str) -> str | None:
    """Return the date of the invoice, not the day on which it is due."""
    lines = [line for line in text.split("\n") if not re.search(r"\bdue\b|\bpay", line, re.IGNORECASE)]
    lines.sort(key=lambda line: re.search(r"\bdate\b", line, re.IGNORECASE) is None)
    return next((found for line in lines if (found := _day(line))), None)


def _day(line: str) -> str | None:
    months = "|".join(_MONTHS)
    if match := re.search(r"\b(\d{4})-(\d{2})-(\d{2})\b", line):
        return _valid(match[1], match[2], match[3])
    if match := re.search(r"\b(\d{1,2})[./](\d{1,2})[./](\d{4})\b", line):
        return _valid(match[3], match[2], match[1])
    if match := re.search(rf"\b(\d{{1,2}})\.? ({months}) (\d{{4}})\b", line, re.IGNORECASE):
        return _valid(match[3], _month(match[2]), match[1])
    if match := re.search(rf"\b({months}) (\d{{1,2}}),? (\d{{4}})\b", line, re.IGNORECASE):
        return _valid(match[3], _month(match[1]), match[2])
    return None


def _month(name: str) -> str:
    return str(_MONTHS.index(name.lower()) + 1)


def _valid(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _currency(text: str) -> str | None:
    """Return the currency if the text holds exactly one."""
    held = {
        code
        for sign, code in _CURRENCIES.items()
        if re.search(rf"(?<![a-z]){re.escape(sign)}(?![a-z])", text.lower())
    }
    return held.pop() if len(held) == 1 else None


def _iban(text: str) -> str | None:
    """Return the account if its check digits are right."""
    for match in _IBAN.finditer(text):
        iban = match[0].replace(" ", "")
        digits = "".join(str(int(char, 36)) for char in iban[4:] + iban[:4])
        if int(digits) % 97 == 1:
            return iban
    return None


def _shown(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"
