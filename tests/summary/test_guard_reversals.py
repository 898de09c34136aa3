"""Denials told as facts, and the same told rightly."""

from __future__ import annotations

import pytest

from llm_wrap.summary.guard import judge_sentence

REVERSED = [
    (
        "JetBlue (JBLU) said it isn't preparing a Chapter 11 filing and has ample liquidity.",
        "JetBlue is preparing a Chapter 11 filing.",
    ),
    (
        "FDA turned down Lilly's application for orforglipron in obesity.",
        "The FDA approved Lilly's application for orforglipron in obesity.",
    ),
    (
        "CFO Smith leaves at year-end; departure not related to any disagreement on accounting, company said.",
        "CFO Smith leaves at year-end after a disagreement on accounting.",
    ),
    (
        "Volkswagen dismissed as baseless a magazine report that it would close its Zwickau plant.",
        "Volkswagen would close its Zwickau plant, a magazine reported.",
    ),
    (
        "The ECB's Lane pushed back on the idea that the bank will raise rates next year.",
        "The ECB will raise rates next year, Lane said.",
    ),
    (
        "Beijing called off the export licensing talks that were due on Monday.",
        "Export licensing talks are due on Monday, Beijing said.",
    ),
    (
        "The appeals court struck down the tariff order on furniture imports.",
        "The appeals court confirmed the tariff order on furniture imports.",
    ),
    (
        "Boeing backed away from a plan to build a new single-aisle jet this decade.",
        "Boeing plans to build a new single-aisle jet this decade.",
    ),
    (
        "Credit Agricole ruled out a bid for Banco BPM in the coming months.",
        "Credit Agricole prepares a bid for Banco BPM in the coming months.",
    ),
    (
        "Shareholders voted down a proposal to split the conglomerate in two.",
        "Shareholders approved a proposal to split the conglomerate in two.",
    ),
    (
        "Tokyo won't intervene in the currency market, a ministry official said.",
        "Tokyo will intervene in the currency market, a ministry official said.",
    ),
    (
        "The union suspended its strike at the Escondida mine after an offer.",
        "The union began its strike at the Escondida mine after an offer.",
    ),
    (
        "Adani withdrew a $2.5B share sale on the eve of its listing.",
        "Adani completed a $2.5B share sale on the eve of its listing.",
    ),
    (
        "Swiss regulator Finma found no evidence of insider dealing at the bank.",
        "Finma found evidence of insider dealing at the bank.",
    ),
    (
        "OPEC+ resisted calls to bring forward its output increase.",
        "OPEC+ will bring forward its output increase.",
    ),
    (
        "Moody's refrained from cutting France's rating on Friday.",
        "Moody's cut France's rating on Friday.",
    ),
    (
        "President Trump denied having asked for Powell's resignation.",
        "President Trump asked for Powell's resignation.",
    ),
    (
        "Samsung stopped short of naming a date for its HBM4 shipments.",
        "Samsung named a date for its HBM4 shipments.",
    ),
    (
        "The company abandoned talks to acquire a stake in the Chilean miner.",
        "The company is in talks to acquire a stake in the Chilean miner.",
    ),
    (
        "Lawmakers failed to pass a spending bill before the deadline.",
        "Lawmakers passed a spending bill before the deadline.",
    ),
    (
        "Rio Tinto said there are no plans to sell its lithium business.",
        "Rio Tinto plans to sell its lithium business.",
    ),
    (
        "Nomura no longer expects a December hike from the Bank of Japan.",
        "Nomura expects a December hike from the Bank of Japan.",
    ),
    (
        "The EU shelved a tax on digital services after US pressure.",
        "The EU introduced a tax on digital services.",
    ),
    (
        "Reports that Alibaba would invest in the carmaker are untrue, its spokesman said.",
        "Alibaba would invest in the carmaker, its spokesman said.",
    ),
    (
        "Vedanta's lenders were prevented from seizing the zinc unit by a court order.",
        "Vedanta's lenders are seizing the zinc unit by a court order.",
    ),
    (
        "Kuroda is unlikely to return as an adviser, officials said.",
        "Kuroda is likely to return as an adviser, officials said.",
    ),
    (
        "The group lost its bid to overturn a $1.2B arbitration award.",
        "The group won its bid to overturn a $1.2B arbitration award.",
    ),
    (
        "Sony Group (6758.JP) denied a report that it will spin off its sensor unit in 2027.",
        "Sony Group will spin off its sensor unit in 2027.",
    ),
    (
        "Bank of Japan rejected speculation that it plans to sell ETFs faster this year.",
        "Bank of Japan plans to sell ETFs faster this year.",
    ),
    (
        "Japan Fair Trade Commission declined to approve the purchase of Toyota Industries (6201.JP) by Toyota.",
        "Japan Fair Trade Commission approved the purchase of Toyota Industries by Toyota.",
    ),
    (
        "Hitachi (6501.JP) dropped a plan to list its rail unit in London.",
        "Hitachi plans to list its rail unit in London.",
    ),
    (
        "A court overturned a fine of $2.1B against Grab (GRAB).",
        "A court upheld a fine of $2.1B against Grab.",
    ),
    (
        "Evergrande (3333.HK) avoided liquidation of its Shenzhen arm.",
        "Evergrande faces liquidation of its Shenzhen arm.",
    ),
]
FAITHFUL = [
    (
        "JetBlue (JBLU) said it isn't preparing a Chapter 11 filing and has ample liquidity.",
        "JetBlue says that it has ample liquidity and no Chapter 11 filing in preparation.",
    ),
    (
        "Volkswagen dismissed as baseless a magazine report that it would close its Zwickau plant.",
        "Volkswagen rejected a report of a closure of its Zwickau plant.",
    ),
    (
        "Beijing called off the export licensing talks that were due on Monday.",
        "Monday's export licensing talks are off.",
    ),
    (
        "The appeals court struck down the tariff order on furniture imports.",
        "An appeals court voided the tariff order on furniture imports.",
    ),
    (
        "Boeing backed away from a plan to build a new single-aisle jet this decade.",
        "Boeing will not build a new single-aisle jet this decade.",
    ),
    (
        "Credit Agricole ruled out a bid for Banco BPM in the coming months.",
        "Credit Agricole will make no bid for Banco BPM in the coming months.",
    ),
    (
        "Shareholders voted down a proposal to split the conglomerate in two.",
        "Shareholders rejected a split of the conglomerate in two.",
    ),
    (
        "The union suspended its strike at the Escondida mine after an offer.",
        "A strike at the Escondida mine is on hold after an offer.",
    ),
    (
        "Adani withdrew a $2.5B share sale on the eve of its listing.",
        "Adani pulled a $2.5B share sale on the eve of its listing.",
    ),
    (
        "OPEC+ resisted calls to bring forward its output increase.",
        "OPEC+ kept to the timing of its output increase.",
    ),
    (
        "Moody's refrained from cutting France's rating on Friday.",
        "Moody's left France's rating alone on Friday.",
    ),
    (
        "The company abandoned talks to acquire a stake in the Chilean miner.",
        "Talks on a stake in the Chilean miner have ended.",
    ),
    (
        "Regulators blocked the merger of the two grocers on competition grounds.",
        "The merger of the two grocers was barred on competition grounds.",
    ),
    (
        "Lawmakers failed to pass a spending bill before the deadline.",
        "The deadline passed with no spending bill.",
    ),
    (
        "Rio Tinto said there are no plans to sell its lithium business.",
        "Rio Tinto is keeping its lithium business.",
    ),
    (
        "Nomura no longer expects a December hike from the Bank of Japan.",
        "Nomura dropped its call for a December hike by the Bank of Japan.",
    ),
    (
        "The EU shelved a tax on digital services after US pressure.",
        "The EU put a digital services tax aside after US pressure.",
    ),
    (
        "Swiss regulator Finma found no evidence of insider dealing at the bank, and shares rose 2%.",
        "Shares of the bank rose 2%.",
    ),
    (
        "Tesla denied a report on price cuts and said that deliveries rose 4% in China.",
        "Tesla's deliveries rose 4% in China.",
    ),
    (
        "The court overturned a fine against Grab, which said it will raise its dividend.",
        "Grab will raise its dividend.",
    ),
    (
        "Lawmakers failed to pass a spending bill before the deadline, while the Senate confirmed two judges.",
        "The Senate confirmed two judges.",
    ),
]


@pytest.mark.parametrize(("source", "sentence"), REVERSED)
def test_what_is_denied_is_not_told_as_a_fact(source: str, sentence: str) -> None:
    """Most of these were shown as the model's words."""
    assert judge_sentence(sentence, [source], "", [source]).offences


@pytest.mark.parametrize(("source", "sentence"), FAITHFUL)
def test_a_denial_may_be_told_in_other_words(source: str, sentence: str) -> None:
    assert judge_sentence(sentence, [source], "", [source]).offences == ()


def test_a_headline_denies_too() -> None:
    cited = "The agency asked for further data on orforglipron in obesity."
    verdict = judge_sentence(
        "The agency approved orforglipron in obesity.", [cited], "FDA declines to approve Lilly's pill"
    )
    assert [str(one.kind) for one in verdict.offences] == ["negation"]
