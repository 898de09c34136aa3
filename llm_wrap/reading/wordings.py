"""Words by which a wrap tells what is expected of a release: one table, read by `tokens`. A new wording is a new entry here.

A row is a kind of token, one letter, and what is of it, lower case: "high/low of" is "high of" and "low of", "~beat" is a verb in all its forms. Of two entries
the longer one counts. What the kinds do is in `claims` (is a figure still to come?), `figure_roles` (consensus or prior?) and `release_periods` (whose month?).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

# Verbs of change; of an irregular one its past and its participle too.
_DOWN = "fall:fell:fallen decline drop contract shrink:shrank:shrunk decrease slip slide:slid tumble lose:lost:losing shed:shed retreat plunge dip slump sink:sank:sunk ease plummet crater"
_SLOWER = "slow cool moderate soften narrow decelerate deteriorate weaken worsen"
_UP = (
    "rise:rose:risen grow:grew:grown climb increase jump expand accelerate surge rebound gain improve quicken add advance soar firm strengthen widen pick edge inch tick "
    "bounce recover swing:swung rally:rallied leap nudge creep:crept return deepen broaden"
)
_FOUND = "come:came print reach show register post record log stall hit:hit read:read"
_MOVE = "hold:held stand:stood stay keep:kept leave:left remain maintain cut:cut lower trim reduce raise hike lift increase ease go:went move change pause bring:brought"
_DOUBLED = frozenset("slip drop dip trim plan top lag shed cut hit undercut offset".split())


def _list_forms(verb: str) -> tuple[str, ...]:
    """The forms of a verb, its past third: "ease" is ease, eases, eased, easing."""
    base, *others = verb.split(":")
    stem = base + base[-1] if base in _DOUBLED else base.removesuffix("e")
    past = others or [f"{stem.removesuffix('y')}ied" if base.endswith("fy") else f"{stem}ed"]
    return base, f"{base}{'es' if base.endswith(('sh', 'ch', 's')) else 's'}", *past, f"{stem}ing"


def _list_all(verbs: str) -> frozenset[str]:
    return frozenset(form for verb in verbs.split() for form in _list_forms(verb))


# A figure behind one of these is below nought: "fell 0.4%", "a 0.4% drop".
FALLS = _list_all(_DOWN) | frozenset("down minus negative loss reduction contraction deflation lower".split())
RISES = _list_all(_UP) | frozenset("growth expansion pickup plus up".split())
CHANGES = _list_all(f"{_DOWN} {_SLOWER} {_UP}")
# The past of what a release does.
PAST = frozenset(_list_forms(verb)[2] for verb in f"{_DOWN} {_SLOWER} {_UP} {_FOUND}".split())
# What moves or holds a bank's rate.
MOVES_RATE = _list_all(_MOVE) | frozenset("seen expected forecast tipped unchanged steady".split())

_CHANGE = "/".join(
    verb.split(":")[0] for verb in f"{_DOWN} {_SLOWER} {_UP} come show have hold stay remain print".split()
)
_KINDS: tuple[tuple[str, str], ...] = (
    # Expectation, of nobody in particular.
    ("E", "expected|forecast|forecasted|seen|projected|estimated|predicted|anticipated|tipped|thought to/that|believed to/that|reckoned|assumed|poised|pencilled|penciled|pencilled/penciled/penned in|pegged|eyed|foreseen|"
          "braced for|put at|looked for|called for|called at|called lower/higher/up/down/flat|modelled|expecting|anticipating"),
    # ... which no "was" before it puts behind.
    ("J", f"likely|probably|should|set to|bound to|on course to|on track to|to have|would be|may/might/could {_CHANGE}|will/would probably|braces for|bracing for|few/nobody/none doubt/doubts"),
    # The market's figure, and words for it.
    ("L", "consensus|median|medians|poll|polls|the street|street:|cons|est|exp|f'cast|fcst|survey:|average forecast/estimate|best guess|survey puts/has/sees/shows/showed/suggests|survey points to|survey of economists/analysts|"
          "bloomberg/reuters/factset survey|market consensus/view|expectations/forecasts/estimates/projections are/for/of/centre/center/cluster/centred/centered|the call|the unanimous/median/average call/view/forecast/expectation"),
    # Somebody's forecast, and who has it decides: "the market's", "its".
    ("l", "forecasts|estimates|expectation|expectations|projection|projections|prediction|predictions|view|call|calls|outlook|assumption"),
    # Who forecasts for the market.
    ("A", "economists|analysts|every/each/any economist/analyst/forecaster|forecasters|strategists|respondents|pollsters|watchers|polled|surveyed|the market|market sees/looks/expects/eyes|markets/traders/investors/dealers expect/see/look/anticipate"),
    ("n", "economists/analysts/forecasters say/think/believe/reckon/estimate"),
    # To forecast: who does so stands before it.
    ("Y", "see/sees|expect/expects|project/projects|predict/predicts|reckon/reckons|anticipate/anticipates|looks/look/looking for|pencils/pencil in|calls/call/calling for|forecasts that|thinks|believes|assumes|targets|targeting"),
    # Houses, authorities, companies: their view is no consensus.
    ("O", "imf|oecd|world bank|adb|eia|iea|opec|obr|bea|government|ministry|cabinet office|treasury|commission|board|governor|president|finance minister|economist|strategist|analyst|beijing|company|management|staff|officials|policymakers|brokerage|broker|bank|firm|lender|we|our|"
          "goldman|goldman sachs|jpmorgan|jpmorgan chase|nomura|ubs|citi|citigroup|barclays|ing|morgan stanley|deutsche bank|bofa|hsbc|capital economics|pantheon"),
    ("W", "gdpnow|nowcast|tracker|tracking|dot|dots|dot plot|model|real-time estimate|own estimate/forecast/view/call/projection|in-house|now seen/expected/forecast/projected/sees/expects|now put at"),
    ("s", "its|their|his|her"),
    # Who carries out a poll.
    ("r", "reuters|bloomberg|factset|haver|dow jones|wsj"),
    # Against what was expected: behind it the figure is out.
    ("X", "~beat:beat|~top|~miss|~meet:met|~exceed|~undershoot:undershot|~overshoot:overshot|~surpass|~confound|defy|defies|defied|defying|~dash|~trail|~lag|~smash|~outpace|~dwarf|~crush|~trounce|~eclipse|~outstrip|close to|~undercut:undercut|matched|short of|ahead of|shy of|"
          "equal to|under|over|despite"),
    ("h", "had|had been|been|as|saw|foresaw"),
    # What leads to the print before.
    ("P", "from|versus|vs|v|compared/compares/compare/comparing to/with|would/will follow|after|following|against|~reverse|~offset:offset|~undo|erasing|recouping|having|recovering part of|recovering/rebounding from|claw/claws/clawing/clawed back|giving/gives/give/paring/unwinding/retracing back|paring|unwinding|retracing|since"),
    # ... and says that it is the same.
    ("m", "same as|the same as|in line with|on a par with|same pace/rate/level as|as in|unchanged/flat/steady from/on|where it/they stood/was/were|matching|repeating|repeat|match|matches"),
    # ... where a consensus stands already: "half August's 0.8%".
    ("H", "than|times|half|twice|double|triple|third of|quarter of|halving|doubling|up/down/changed/higher/lower on/of|improvement/advance on"),
    # ... where a period stands behind it: "above July's 0.3%", "above the 2% target".
    ("Z", "above|below|beyond"),
    # The print before, by name.
    ("p", "prior|previous|previously|prev|last|last month/time|last seen/stood at|last at|current|currently|preceding|month/quarter/week/months/quarters/weeks earlier/before/ago|first reported"),
    # A figure that is of no print: a year ago, a first estimate since revised.
    ("y", "year earlier/ago/before"),
    ("q", "first/initially/previously/earlier put/estimated/reported/seen at|revision of/to"),
    ("z", "by"),
    ("v", "was|were|stood"),
    # To change a forecast, or a rate.
    ("K", "raised|cut|lifted|lowered|trimmed|upgraded|downgraded|nudged|hiked|revised up/down|slashed|maintained|set|upped"),
    # Nothing changes.
    ("S", "unchanged|unch|flat at|no change|no move|steady|stable|same|the same|as before|on hold|~hold:held|~stay|~remain|~stick:stuck|~pause|~keep:kept|maintain/maintains/maintaining|leave|leaves|leaving|~stand:stood pat/still|~stay pat|~stay put|~sit:sat tight"),
    # Which edition: what was before is another thing then.
    ("f", "flash|preliminary|advance|provisional|first/initial/earlier estimate/reading/print|~confirm|final|finalised"),
    # For a year.
    ("T", "for/in the year|this/next/fiscal/full/financial/calendar year|the full/fiscal/financial/calendar year|full-year|year-end|end-year|mid-year|fiscal|fy|medium term|by the end|by end|end of year|by next|by year|by spring/summer/autumn/winter|by late/early/mid|at end|in/over two/three years|to/should/will average|average/averages/averaging about|averaging|to peak|a peak"),
    ("U", "target|goal|ceiling|threshold|midpoint|band|range target"),
    # A range, whose ends are no consensus.
    ("g", "between|range|ranges|ranged|ranging|run/runs/running from|from/with a low/high of|the low/high of|as high as|as low as|odds|chance|probability"),
    # It is on its way.
    ("G", "due|out|reports|publishes|releases|follow|follows|brings|tap|announces|scheduled|next|awaits|await|awaited|eyes|focus|ahead|unveils|issues|lands|land|published|released|reported"),
    ("D", "monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tue|tues|wed|thu|thur|thurs|fri|the same day|same day|tomorrow|today|tonight"),
    # Part of a release.
    ("Q", "core|headline|underlying|services|manufacturing|non-manufacturing|mfg|non-mfg|composite|construction|surplus|deficit|trade surplus|continuing|existing|pending|balance|control group|core-core|one-year|five-year|ex-auto|ex-autos|ex-transport|ex-transportation|ex autos|ex transportation|ex food|ex food and energy|ex-food|ex-food and energy|excluding food|ex-fresh food|ex fresh food|excluding fresh food|ex-fresh food and energy|ex fresh food and energy|excluding fresh food and energy"),
    ("R", "m\\m|q\\q|y\\y|w\\w|ytd|mom|qoq|yoy|m-o-m|q-o-q|y-o-y|month-on-month|quarter-on-quarter|year-on-year|month-over-month|quarter-over-quarter|year-over-year|"
          "year on year|year-to-date|year to date|in the year to date|so far this year|up/down/higher/lower on the year/month/quarter|month on month|quarter on quarter|on/over the/a year/month/quarter|on/over year/month/quarter|from/than/over/above/below a/the year/month/quarter earlier/ago/before"),
    # No word of the kinds above: "27% of the market".
    ("w", "of/on/in the market"),
    # Words that lead on.
    ("i", "in|for|of|on"),
    ("o", "more than doubled/doubling/halved/tripled/trebled|no more/less/fewer than|little more than|just under/over|at least/most|as much/little as|at|to|up|is|are|a|an|the|being|around|about|some|roughly|another|further|annual|annualised|annualized|monthly|quarterly|modest|slight|sharper|smaller|steeper|off|rate|pace|now"),
    ("&", "and|while|with|but|plus|whereas|although|though"),
)  # fmt: skip


class Phrase(NamedTuple):
    """The words of an entry behind its first one, and its kind."""

    rest: tuple[str, ...]
    kind: str


def _list_entries() -> Iterator[tuple[str, Phrase]]:
    for kind, row in _KINDS:
        for entry in row.split("|"):
            words = [_list_forms(one[1:]) if one[0] == "~" else one.split("/") for one in entry.split(" ")]
            for first, *rest in product(*words):
                yield first.replace("\\", "/"), Phrase(tuple(rest), kind)


def _index() -> dict[str, tuple[Phrase, ...]]:
    found: dict[str, list[Phrase]] = {}
    for first, phrase in _list_entries():
        found.setdefault(first, []).append(phrase)
    return {first: tuple(sorted(those, key=lambda one: -len(one.rest))) for first, those in found.items()}


# Of these kinds is what tells that something is expected, by whomever.
FORESEES = re.compile("[EJLAYn]")
# First word to the entries that begin with it, the longest first.
PHRASES = _index()
# Of each entry of some kinds one word, without which a sentence cannot have it.
NEEDED = {
    kinds: (PAST if "V" in kinds else frozenset())
    | frozenset(max((first, *phrase.rest), key=len) for first, phrase in _list_entries() if phrase.kind in kinds)
    for kinds in ("EJLAYn", "G", "pVv", "D")
}
