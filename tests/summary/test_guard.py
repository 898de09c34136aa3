"""The guard: what it must let through, what it must stop and how it names it, and both over the whole corpus of sentences."""

from __future__ import annotations

import time

import pytest

from llm_wrap.cli.eval_summaries import load_items
from llm_wrap.evaluation.guard_accuracy import score_guard
from llm_wrap.evaluation.summary_cases import load_faithful
from llm_wrap.summary.guard import judge_sentence
from tests.conftest import ROOT

SOURCE = (
    "Freedonia Motor (7777.JP) raised its guidance for the year to ¥3.4T from ¥3.2T on 1-Aug even as third-quarter profit of "
    "¥834B fell 33% and missed consensus of ¥863B."
)
RUMOUR = (
    "Sylvania Steel (900.KS) is considering a bid for Borduria's smelter, people familiar said, and may offer $1.5B."
)
RATES = (
    "The Bank of Ruritania cut its rate by 25 bp to 4.25%, Governor Ottokar said, and will not move again before Q3."
)

BUYER = "TIM agreed to sell Netco to KKR for up to €22B, which cuts its debt by €14B to €12B, and does not plan others, Bernardo said."
STAFF = (
    "Bank lifted its rate to 24.3% from 15.9%, made ¥2.5T against consensus of ¥420B, halted its dividend and still employs "
    "nearly 900."
)

FLEET = "Air Nowhere ordered 20 jets with 30 options and cut its fares in the north of the country by 7%."

FREE = (
    "Ruritania's ministry cut outlays from INR 11.1 to 9.8 trn, the SNB moved by 50bp to 0.5 %, against 25bp expected, 6 in 10 flights "
    "were hit, 15 GW of cells are made while demand is 40, and duty is nil; it costs R1.4bn a year."
)

PARCELS = (
    "Bookings exceed the year's target by a tenth, 10,600 complaints came in with 30% of the market, growth is seen at 4.8% from 4.75%, "
    "shipments bring several billion dollars, the rate was left at 5% and the court let the ban on parcels drop."
)

HELD = (
    "The spread opened at 83bp after 64bp, capex goes up to $20B from $18B as traders erased one of the two cuts they had priced, sales fell 27% "
    "in Q3, the crown stood at 11.29 before and after, and Toto and Zaza (Zembla, Ottokar) left their guides alone."
)
SPENT = "Marks & Spencer (MKS.LN) had 15 GW while demand is 40, made 34%, against 19% in the first half and 24% expected, and sells for a sixth."

TERSE = (
    "The trend index fell by 0.3% in May, after -0.3% in April and as the poll had it; rivers in Lower Zembla had risen; 96,600 tonnes may go out; "
    'Ottokar had foreseen about 150,000 tonnes; Borduria let "a couple of hundred" MW of leases lapse and spared 694 lines; beef is not, against a forecast; '
    "the smelter in Klow shuts, three people familiar with it told Reuters; a safeguard halts the zero rate once a share exceeds 6%, and Klow's "
    "is 24%, a trigger that the trilogue was said to have deleted; the ministry lifted the threshold below which no tax is due."
)

FAITHFUL = [
    (TERSE, "The trend index fell by 0.3% in May after -0.3% in April, as the poll had it."),
    (TERSE, "Rivers rose in Lower Zembla, and 96,600 tonnes may go out, where Ottokar had foreseen about 150,000."),
    (TERSE, "Borduria let a couple of hundred MW of leases lapse and spared 694 lines but not beef."),
    (TERSE, "The smelter in Klow shuts, three people told Reuters."),
    (TERSE, "A safeguard halts the zero rate once a share exceeds 6%; Klow's is 24%."),
    (TERSE, "The ministry lifted the tax-free threshold."),
    (HELD, "The spread opened 19 basis points wider."),
    (HELD, "With a $2 billion increase in capex, traders erased half of the cuts that they had priced."),
    (HELD, "Third-quarter sales shrank by more than a quarter, the biggest drop there is."),
    (HELD, "The crown did not budge, and neither Toto nor Zaza saw reason to alter its guide."),
    (HELD, "A swing in sales did not stop Zembla and Ottokar."),
    (SPENT, "M&S has fewer than half of the 40 GW it needs and sells for a sixth."),
    (SPENT, "Marks & Spencer made 34%, beating the 24% that had been forecast."),
    (FREE, "Ruritanian outlays were cut to 9.8 trillion rupees from 11.1 trillion."),
    (FREE, "The Swiss National Bank's move was twice as big as expected."),
    (FREE, "Trouble struck 60% of flights without any surprise to speak of."),
    (FREE, "Demand for cells is 40 GW and the duty zero."),
    (PARCELS, "Bookings are 10% past the target and bring in billions."),
    (SOURCE, "Freedonia Motor lifted its full-year guidance to 3.4 trillion yen from 3.2 trillion yen."),
    (SOURCE, "Third-quarter profit dropped by a third to ¥834 billion, short of the ¥863B consensus."),
    (SOURCE, "On August 1, Freedonia (7777.JP) raised guidance although Q3 profit fell 33 percent."),
    (SOURCE, "Freedonia's profit missed the 863 billion yen expected."),
    (RUMOUR, "Sylvania Steel may reportedly bid US$1.5 billion for Borduria's smelter."),
    (RUMOUR, "People familiar said Sylvania Steel is weighing an offer for the Borduria smelter that could be $1.5bn."),
    (RATES, "Ruritania's central bank lowered its rate 25 basis points to 4.25 per cent and does not plan to move before the third quarter."),
    (RATES, "The rate was cut by 25 bps to 4.25%, the governor said."),
    (BUYER, "TIM's debt falls by 14 billion euros to 12 billion."),
    (BUYER, "Netco is being sold to KKR by TIM for up to 22 billion euros."),
    (STAFF, "The bank raised its rate by 8.4 points to 24.3%, about half as much again as before."),
    (STAFF, "Profit of ¥2.5 trillion was almost six times the ¥420 billion expected."),
    (STAFF, "The bank does not pay a dividend."),
]  # fmt: skip
UNFAITHFUL = [
    (
        "Adaro (ADRO.IJ) and Whitehaven (WHC.AU) earn less.",
        "Adaro (ADRO.IJ) and Whitehaven (ADRO.IJ) earn less.",
        "ticker",
        "ADRO.IJ",
    ),
    ("Freedonia Motor (7777.JP) beat, Ottokar said.", "Freedonia Motor (Ottokar) beat.", "name", "Ottokar"),
    (HELD, "The spread opened 18 basis points wider.", "number", "18 basis points"),
    (HELD, "With a $3 billion increase in capex, traders erased the cuts.", "number", "$3 billion"),
    (HELD, "Traders erased a third of the cuts that they had priced.", "number", "a third"),
    (HELD, "Third-quarter sales grew by more than a quarter.", "direction", "a quarter"),
    (HELD, "The crown did budge.", "negation", "did budge"),
    (SPENT, "Spencer & Marks sells for a sixth.", "name", "Spencer & Marks"),
    (FREE, "It costs R1.4 million a year.", "scale", "R1.4 million"),
    (PARCELS, "The launch took bookings past the target by 11%.", "number", "11%"),
    (PARCELS, "Complaints came to more than 11,000.", "number", "11,000"),
    (PARCELS, "Growth is now seen at up to 5 basis points.", "unit", "5 basis points"),
    (PARCELS, "Shipments bring in several million dollars.", "scale", "million"),
    (PARCELS, "The court has not lifted the ban on parcels.", "negation", "not"),
    (PARCELS, "The rate was not left at 5%.", "negation", "not"),
    (FREE, "Of flights 70% were hit.", "number", "70%"),
    (FREE, "The move of 50 basis points left the rate at 0.5 basis points.", "unit", "0.5 basis points"),
    (SOURCE, "Freedonia Motor raised its guidance to ¥3.5T from ¥3.2T.", "number", "¥3.5T"),
    (SOURCE, "Freedonia Motor raised its guidance to ¥3.4B from ¥3.2T.", "scale", "¥3.4B"),
    (SOURCE, "Freedonia Motor raised its guidance to $3.4T.", "currency", "$3.4T"),
    (SOURCE, "Third-quarter profit fell 33 basis points.", "unit", "33 basis points"),
    (SOURCE, "Freedonia Motor raised its guidance to ¥3.2T from ¥3.4T.", "swapped", "¥3.2T"),
    (SOURCE, "Freedonia Motor cut its guidance to ¥3.4T from ¥3.2T.", "direction", "cut"),
    (SOURCE, "Third-quarter profit rose 33%.", "direction", "33%"),
    (SOURCE, "Third-quarter profit of ¥834B beat consensus of ¥863B.", "direction", "beat"),
    (SOURCE, "Fourth-quarter profit fell 33%.", "date", "Fourth-quarter"),
    (SOURCE, "On 2 August Freedonia Motor raised its guidance.", "date", "2 August"),
    (SOURCE, "Freedonia Motor (7778.JP) raised its guidance.", "ticker", "7778.JP"),
    (SOURCE, "Toyota raised its guidance to ¥3.4T.", "name", "Toyota"),
    (RUMOUR, "Sylvania Steel may bid $1.5B for Borduria's smelter.", "hedge", "people familiar"),
    (RUMOUR, "Sylvania Steel reportedly made a bid for Borduria's smelter.", "hedge", "considering"),
    (RATES, "The Bank of Ruritania cut its rate to 4.25% and will move again before Q3.", "negation", "move"),
    (RATES, "The Bank of Ruritania cut its rate by 25 bp to -4.25%.", "sign", "-4.25%"),
    (FLEET, "Air Nowhere ordered 50 jets.", "number", "50"),
    (FLEET, "Air Nowhere cut its fares in the north by -7%.", "sign", "-7%"),
    (BUYER, "KKR agreed to sell Netco to TIM.", "swapped", "KKR"),
    (BUYER, "KKR is selling Netco to TIM.", "swapped", "TIM"),
    (BUYER, "TIM is being sold to KKR by Netco.", "swapped", "Netco"),
    (BUYER, "Netco's debt falls by €14B to €12B.", "swapped", "Netco's"),
    (
        STAFF,
        "Profit of ¥2.5T was nearly six times the ¥420B expected, and the rate rose to nearly 24.3%.",
        "number",
        "24.3%",
    ),
    (BUYER, "TIM did not agree to sell Netco to KKR.", "negation", "not agree"),
    (STAFF, "The bank raised its rate by 9.4 points to 24.3%.", "number", "9.4 points"),
    (STAFF, "The bank lowered its rate to 24.3%.", "direction", "lowered"),
    (STAFF, "Profit was almost seven times the ¥420 billion expected.", "number", "seven times"),
]


@pytest.mark.parametrize(("source", "sentence"), FAITHFUL)
def test_other_spellings_of_the_same_pass(source: str, sentence: str) -> None:
    assert judge_sentence(sentence, [source]).offences == ()


@pytest.mark.parametrize(("source", "sentence", "kind", "words"), UNFAITHFUL)
def test_one_error_is_named(source: str, sentence: str, kind: str, words: str) -> None:
    assert (words, kind) in [(one.words, one.kind) for one in judge_sentence(sentence, [source]).offences]


def test_whose_number_it_is() -> None:
    source = "Sandy Mines (111.AU) gained 13% and Rocky Metals (222.AU) 2.6%; smelter Hot Works (333.JP) eased."
    assert judge_sentence("Sandy Mines rose 13%, Rocky Metals 2.6%.", [source]).accepted
    assert not judge_sentence("Sandy Mines rose 2.6%, Rocky Metals 13%.", [source]).accepted
    assert not judge_sentence("Hot Works gained 13%.", [source]).accepted


def test_the_headline_gives_names_and_no_numbers() -> None:
    cited = ["Company kept its dividend and named a new chief."]
    assert judge_sentence("Freedonia Motor kept its dividend.", cited, "Freedonia Motor pays 5% more").accepted
    assert not judge_sentence(
        "Freedonia Motor kept its dividend of 5%.", cited, "Freedonia Motor pays 5% more"
    ).accepted


def test_nothing_is_said_of_nothing() -> None:
    assert not judge_sentence("", [SOURCE]).accepted
    assert not judge_sentence("Profit fell 33%.", []).accepted


def test_time_grows_with_the_text_and_no_faster() -> None:
    hostile = "9" * 250 + "-" * 250 + "$" * 90
    started = time.perf_counter()
    for _ in range(3):
        judge_sentence(hostile[:590], [hostile * 8, "a (b" * 900, "1,1" * 1_300], hostile)
    assert time.perf_counter() - started < 20


def test_the_corpus_of_sentences() -> None:
    """Floors under what `llm-wrap eval summaries` prints for all of them; here a third, chosen by id, to take seconds."""
    items = dict(load_items(ROOT / "evals" / "corpus", ROOT / "evals" / "train"))
    sentences = load_faithful(ROOT / "evals" / "summaries", items)
    assert len(sentences) >= 150
    still_true = (ROOT / "evals" / "summaries" / "still_true.txt").read_text(encoding="utf-8").splitlines()
    report = score_guard(sorted(sentences, key=lambda one: one.id)[::3], still_true)
    assert sum(recall.made for recall in report.recalls.values()) >= 500
    for role in ("tuned", "held"):
        assert [miss.mutation for miss in report.recalls[role, "numbers"].misses] == []
        for group, floor in (("swaps", 0.9), ("polarity", 0.75)):
            recall = report.recalls[role, group]  # type: ignore[index]
            assert recall.seen >= floor * recall.made, group
    alarms = sum(map(len, report.alarms.values()))
    assert alarms <= 0.22 * sum(report.faithful.values())
