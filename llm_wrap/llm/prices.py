"""What a request costs, by genai-prices: offline, in Decimal, and silent about models that it does not know."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from llm_wrap.llm.account import Bill, CostOf
from llm_wrap.llm.endpoint import server_host


def find_price(model: str, base_url: str, *, batch: bool = False) -> CostOf | None:
    """A function from a request's tokens to US$; None where the model's price at that address is unknown, or with `batch`
    that of a batch."""
    import genai_prices

    def cost_of(bill: Bill) -> Decimal:
        usage = genai_prices.Usage(
            input_tokens=bill.prompt, output_tokens=bill.completion, cache_read_tokens=bill.cached or None
        )
        how = {"processing": "batch"} if bill.batch else None
        if server_host(base_url).endswith(".azure.com"):
            price = genai_prices.calc_price(usage, model, provider_id="azure", price_context=how)
        else:
            price = genai_prices.calc_price(usage, model, provider_api_url=base_url, price_context=how)
        return price.total_price

    try:
        usual = cost_of(Bill(1000, 100))
        if batch and cost_of(Bill(1000, 100, batch=True)) == usual:
            return None  # it takes no notice of what it does not know
    except Exception:  # LookupError for a model or an address that it does not know; a price never stops a run
        return None
    return cost_of


def price_by_batch(cost_of: CostOf) -> CostOf:
    """What requests cost if all of them go by batch."""
    return lambda bill: cost_of(replace(bill, batch=True))


def total_cost(cost_of: CostOf | None, bills: list[Bill]) -> Decimal | None:
    """Of all requests, as printed: to a hundred-thousandth of a dollar at most; None where the price is unknown.

    >>> total_cost(lambda bill: Decimal(bill.prompt) / 1_000_000, [Bill(150_000, 0), Bill(0, 0)])
    Decimal('0.15')
    """
    if not bills:
        return Decimal(0)
    if cost_of is None:
        return None
    total = sum((cost_of(bill) for bill in bills), Decimal(0))
    return Decimal(format(total.quantize(Decimal("0.000001")).normalize(), "f"))
