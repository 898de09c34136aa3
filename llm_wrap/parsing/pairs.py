"""Currency pairs as wraps name them."""

from __future__ import annotations

_CODES = frozenset(
    """
    USD EUR JPY GBP CHF CAD AUD NZD CNY CNH HKD KRW TWD SGD INR IDR MYR THB PHP VND BRL MXN CLP COP PEN ARS UYU
    SEK NOK DKK PLN HUF CZK TRY RUB ZAR ILS SAR AED EGP ISK RON BGN KZT UAH NGN KES GHS MAD TND JOD KWD QAR BHD OMR
    PKR BDT LKR MOP BOB PYG GTQ CRC DOP
    """.split()
)
_SIGNS = frozenset(
    """
    $ ¥ € £ ₩ ₹ A$ HK$ NZ$ C$ S$ US$ NT$ R$ MX$ Mex$ Fr kr ₺ ฿ ₱ ₫ Rp Rs RM ￥
    """.split()
)
CURRENCY_STARTS = (*_CODES, *_SIGNS)


def is_pair(name: str) -> bool:
    """Whether a row's name is a currency pair: "$-¥", "A$-$", "EUR/USD", "USDJPY".

    >>> is_pair("$-KRW"), is_pair("EUR/USD"), is_pair("Nikkei")
    (True, True, False)
    """
    if len(name) > 12:
        return False
    for mark in ("-", "/"):
        left, found, right = name.partition(mark)
        if found and is_currency(left.strip()) and is_currency(right.strip()):
            return True
    return len(name) == 6 and is_currency(name[:3]) and is_currency(name[3:])


def is_currency(text: str) -> bool:
    """Whether a text is the code or the sign of a currency."""
    return text in _CODES or text in _SIGNS
