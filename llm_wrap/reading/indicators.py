"""Names of economic releases as wraps write them, and whether two of them are one. In: words. Out: an `Indicator` to compare.

"Industrial production growth" of the prose is the row "Industrial Production y/y", "jobless rate" is "Unemployment Rate".
A rate that both name must agree, so must "core"; a rate that only one names does not hinder.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from llm_wrap.reading.regions import find_country

# Longest first: what stands earlier is looked for earlier.
_NAMES: tuple[tuple[str, str], ...] = (
    ("watchers", r"eco(?:nomy)? watchers(?:'? (?:survey|index|sentiment|outlook|current))?"),
    ("unemployment", r"(?:urban |surveyed )?(?:un)?employment rate|jobless rate|unemployment|joblessness"),
    ("claims", r"(?:initial |weekly |continuing )?jobless claims|(?:initial|weekly|continuing) claims|claims(?=\ (?:is|are|seen|expected|forecast|due|[0-9]{3}K)\b)"),
    ("adp", r"ADP(?: (?:private )?(?:employment|payrolls|jobs))?"),
    ("payrolls", r"non-?farm payrolls?|payrolls?|NFP|employment(?! (?:income|law|contracts?|terms|agency|tribunal|cost|trends|sub-?index|index|gauge|component))(?: change| growth)?|jobs(?=:|\ (?:is\ |are\ )?(?:seen|expected|forecast|tipped|due|out|tomorrow|today|(?:on\ )?[A-Z][a-z]{2,5}day)\b)|jobs (?:added|growth|figures|data|report|numbers)|job (?:growth|gains|creation)|new jobs|(?<=[0-9]K )(?:new )?(?:jobs|positions|people|workers)|private payrolls|head ?count"),
    ("earnings", r"(?:average )?hourly earnings|(?:real |labou?r )?cash earnings|average weekly earnings|earnings(?: growth)? (?:excluding|ex) bonuses|wage growth|wages|wage price index|average earnings(?: growth)?|(?:regular |real )?(?:pay|wage) growth|private[- ]sector wages"),
    ("services pmi", r"(?:Caixin |Jibun Bank |S&P Global |HCOB |ISM(?:'s)? |RatingDog |official )?(?:services|non-?manufacturing)(?: business activity)? (?:PMIs?|index|ISM|activity)|ISM(?:'s)? services(?: gauge)?"),
    ("composite pmi", r"composite (?:output )?PMI|(?-i:composite)(?=\ (?:is\ |are\ )?(?:seen|expected|forecast|tipped|at)\ )"),
    ("construction pmi", r"construction PMI"),
    ("chicago pmi", r"Chicago (?:PMI|business barometer)|MNI Chicago(?: PMI)?"), ("ivey pmi", r"Ivey(?: PMI)?"),
    ("manufacturing pmi", r"(?:Caixin|RatingDog) (?:gauge|index|survey)|(?:Caixin |Jibun Bank |S&P Global |HCOB |ISM(?:'s)? |RatingDog |official )?manufacturing (?:PMIs?|index|ISM)|ISM(?:'s)? (?:manufacturing gauge|mfg)|mfg PMIs?|ISM manufacturing|ISM (?:gauge|index|survey)|PMIs?"),
    ("services pmi", r"(?<!ISM\ )(?:(?-i:services)|non-?manufacturing)(?=(?-i:(?:\ [a-z]+){0,6})\ [3-6][0-9]\.[0-9](?![0-9%]))"),
    ("composite pmi", r"(?<!Fed\ )(?-i:composite)(?=(?-i:(?:\ [a-z]+){0,6})\ [3-6][0-9]\.[0-9](?![0-9%]))"),
    ("manufacturing pmi", r"(?<!-)(?<!ISM\ )(?-i:manufacturing)(?=(?-i:(?:\ [a-z]+){0,6})\ [3-6][0-9]\.[0-9](?![0-9%]))"),
    ("industrial production", r"industrial (?:production|output)|factory output|manufacturing (?:production|output)"),
    ("mining", r"mining (?:production|output)"),
    ("retail sales", r"(?:core )?retail sales(?: control group)?|retail trade|retail turnover|like-for-like sales|card spending"),
    ("wholesale sales", r"wholesale (?:sales|trade)|manufacturing sales|factory sales"),
    ("investment", r"fixed(?:[- ]asset)? investment(?: growth)?|FAI|urban investment|investment growth"),
    ("home prices", r"(?:Halifax |Nationwide |Rightmove |RICS )?(?:new )?(?:home|house|property) prices?(?: (?:index|balance))?|Case-Shiller|RICS"),
    ("home sales", r"(?:new|existing|pending)[- ]home sales"),
    ("housing starts", r"housing starts|home starts"),
    ("building permits", r"building permits|building (?:approvals|consents)|dwelling approvals|home approvals"),
    ("machinery orders", r"(?:core )?machin(?:ery|e) orders|machine tool orders"),
    ("durable goods", r"durable(?:s|[- ]goods)?(?: orders)?|capital goods orders"),
    ("factory orders", r"factory orders|industrial orders"),
    ("household spending", r"household (?:spending|consumption)|personal (?:spending|consumption)|consumer spending|private consumption"),
    ("personal income", r"personal income"),
    ("sentix", r"Sentix(?: investor (?:confidence|sentiment|morale))?(?: index)?"),
    ("confidence", r"(?:consumer )?sentiment (?:index|gauge|reading),? (?:from|by) (?:the )?(?:University of )?Michigan|(?:University of )?Michigan(?:'s)?(?: [A-Za-z]{2,12}){0,2} (?:sentiment|confidence)(?: index)?|(?:Conference Board |GfK |Westpac )?(?:consumer|household) (?:confidence|sentiment|morale)(?: index| gauge)?|GfK|Michigan|Conference Board(?: index| gauge)?"),
    ("business confidence", r"business (?:confidence|climate|conditions|sentiment|morale|optimism)(?: index)?|small[- ]business (?:optimism|confidence)(?: index)?|NFIB|Ifo(?: business climate)?|NAB(?!\ (?:at|sees|expects|is|has|forecasts|economists|[+-]?[0-9]))"),
    ("economic sentiment", r"economic (?:sentiment|confidence)|ZEW(?: economic sentiment| expectations(?: index)?| investor sentiment| index)?|investor (?:confidence|sentiment|morale)"),
    ("current situation", r"current[- ](?:situation|conditions)(?: (?:index|gauge))?"),
    ("tankan", r"(?:big|large|small) (?:non-?)?manufacturers(?:(?:'|’)? (?:index|sentiment|mood|DI)|(?:'|’)?(?=\ (?:is\ |are\ )?(?:seen|expected|forecast|tipped|at|steady|unchanged)\b))|non-manufacturers(?=(?:'|’)?\ (?:is\ |are\ )?(?:seen|expected|forecast|tipped|at|steady|unchanged)\b)|Tankan(?: (?:survey|index|(?:big|large|small|all)[- ][a-z']{4,16}(?:'? (?:index|sentiment|DI))?))?"),
    ("pce", r"PCE(?: price index| deflator| prices| inflation)?"),
    ("ppi", r"PPI|producer prices?(?: (?:inflation|deflation|index))?|producer (?:inflation|deflation)|wholesale prices?|corporate goods prices?|factory-gate (?:prices|inflation|deflation)"),
    ("wpi", r"WPI|wholesale inflation"),
    ("inflation expectations", r"(?:(?:one|five|1|5)-year(?:-ahead)? |consumer |household )?inflation expectations(?=\ (?:is|are|seen|expected|forecast|likely|probably|at|[0-9.]+%?)(?![a-z]))"),
    ("cpi", r"CPI(?:F|H|-ATE|[- ](?:median|trim|common)(?=\ (?:is|was|eased|rose|fell|slowed|at|held)))?|trimmed[- ]mean(?: inflation| CPI)?|HICP|consumer (?:prices?|inflation|deflation)(?: (?:index|inflation|deflation))?|IPCA(?:-15)?|mid-month (?:CPI|inflation)|(?:headline |annual |monthly |retail )?inflation(?: rate)?"),
    ("gdp", r"GDP(?: growth)?|growth(?! (?:target|forecast|outlook|stocks))|gross domestic product|economic growth|the economy|economy"),
    ("trade balance", r"trade (?:balance|surplus|deficit|gap|shortfall|data|figures|numbers)"),
    ("current account", r"current[- ]account(?: (?:surplus|deficit|balance))?"),
    ("export orders", r"export orders"),
    ("exports", r"(?:non-oil (?:domestic )?|outbound )?exports|(?:outbound|export) shipments|export growth|NODX"),
    ("imports", r"imports|import growth"),
    ("loans", r"(?:new (?:yuan |bank )?|yuan |bank )loans|(?:new )?(?:bank|yuan) lending|loan growth|lending growth"),
    ("financing", r"total social financing|TSF|aggregate (?:social )?financing|social financing"),
    ("money", r"M[123](?: money supply)?|money supply"),
    ("reserves", r"(?:FX|foreign exchange) reserves"),
    ("job openings", r"JOLTS|job openings"),
    ("policy rate", r"(?:overnight |benchmark |key |official |main |target ){0,3}(?:policy|cash|repo|reverse repo|deposit|Selic|interest|lending|bank|refinancing|base|reference|discount|(?:federal |fed )?funds(?: target)?|repurchase|deposit facility|overnight|target) rate|BI[- ]Rate|OCR|overnight (?:rate )?target|rates(?=\ (?:[A-Za-z]{1,15}\ ){1,9}(?:at|to|from)\ [0-9]{1,2}\.[0-9])|borrowing costs(?= (?:at|steady at|unchanged at|on hold at|to) [0-9])|(?:key|benchmark|main|official) rate|(?:interest )?rates(?= (?:at|steady at|unchanged at|on hold at|to|by [0-9]{1,3} (?:bps?|basis points) to) [0-9]{1,2}\.[0-9])|(?<=[0-9]% )benchmark|benchmark(?= (?:at|to|steady at|unchanged at) [0-9])|Selic|(?:(?:one|five|1|5)-year )?(?:loan prime rates?|LPRs?)|(?:interest[- ])?rate decision|(?:top|bottom|upper (?:end|bound|limit)|lower (?:end|bound|limit)|ceiling) of (?:its|the) target range"),
    ("activity", r"(?:economic )?activity index|economic activity|IBC-Br|IGAE|I(?:MACEC|macec)(?: activity index)?|EMAE"),
    ("leading index", r"leading (?:economic )?(?:index|indicators?)"),
    ("empire", r"Empire (?:State(?: manufacturing| factory)?|manufacturing)(?: (?:survey|index|gauge))?|New York Fed (?:manufacturing|factory)(?: index| survey)?"), ("philly", r"Phill?y Fed(?:(?:'s)? (?:manufacturing|factory|business)(?: index| survey| outlook)?)?|Philadelphia Fed(?:(?:'s)? (?:manufacturing|factory|business)(?: index| survey)?)?"),
    ("regional fed", r"(?:Dallas|Richmond|Kansas City|Chicago) Fed(?= (?:index|gauge|survey))|(?:Dallas|Richmond|Kansas City|Chicago) Fed(?:'s)? (?:manufacturing|factory|services|composite|national activity)(?: index| survey| gauge)?"),
    ("capacity", r"capacity utili[sz]ation"),
    ("inventories", r"(?:business|wholesale|crude|oil)(?: oil)? inventories"),
    ("profits", r"industrial profits"),
    ("tertiary", r"tertiary industry(?: activity| index)?|services activity"),
    ("construction spending", r"construction (?:spending|output|orders)"),
    ("capex", r"(?:private |business )?(?:capital (?:expenditure|spending)|capex|investment)(?=\ (?:is|are|likely|probably|seen|expected|forecast))|(?:private )?capital (?:expenditure|spending)"),
    ("import prices", r"import prices"), ("export prices", r"export prices"),
    ("mortgage approvals", r"mortgage approvals"), ("borrowing", r"public[- ](?:sector )?(?:net )?borrowing|net borrowing|borrowing(?=\ (?:is|was|expected|seen|forecast)\b)"), ("budget", r"budget (?:balance|deficit|surplus|gap|shortfall)"),
    ("claimant count", r"claimant count"), ("participation", r"participation(?: rate)?"), ("credit", r"consumer credit|credit growth"),
    ("visitors", r"(?:tourist|visitor) arrivals"), ("coincident", r"coincident (?:index|indicator)"),
    ("new orders", r"new orders"), ("prices paid", r"prices paid"),
    ("vehicle sales", r"(?:vehicle|auto|car) sales"),
    ("core orders", r"core orders"),
    ("housing market index", r"NAHB|home ?builder (?:confidence|sentiment)|housing market index"), ("job cuts", r"(?:Challenger )?job cuts"),
    ("labour costs", r"employment cost index|(?<=US )ECI|(?<=Q[1-4] )ECI|(?:unit )?labou?r costs?"), ("productivity", r"(?:non-?farm )?productivity"), ("shop prices", r"shop prices?(?: inflation)?|retail price index|RPI"),
    ("remittances", r"(?:overseas )?remittances"), ("fdi", r"foreign direct investment|FDI"), ("job ads", r"job (?:ads|advertisements|vacancies)|vacancies"),
    ("job ratio", r"jobs?-to-applica(?:nts?|tions?)(?: ratio)?"), ("registrations", r"(?:car|auto|vehicle) registrations"), ("trade prices", r"terms of trade"), ("industrial sales", r"industrial (?:sales|turnover)"),
    ("construction work", r"construction work(?: done)?"), ("igp", r"IGP-?(?:M|DI|10)"), ("formal jobs", r"formal job (?:creation|additions)|formal jobs"), ("state budget", r"primary (?:budget )?(?:surplus|deficit|balance)"),
)  # fmt: skip
_SHAPES = tuple((key, re.compile(rf"(?<![A-Za-z])(?:{shape})(?![A-Za-z])", re.IGNORECASE)) for key, shape in _NAMES)
_OTHER_RATES = re.compile(
    r"\b(?:[Mm]ortgage|[Ss]wap|[Ii]nterbank|[Tt]reasury|[Bb]ond|[Ff]reight|[Tt]ax|[Ss]avings|[Cc]harter|[Dd]efault|[Dd]ay|[Ll]oan|[Aa]nnual|[my]/[my]|[Mm]onthly|[Yy]early|[Jj]obless|[Gg]rowth|[Ii]nflation|[Bb]irth|[Aa]verage)\ \Z"
)
# "inflation expectations eased to 22.3%", "the inflation target": no release of that name.
_ANOTHER_THING = re.compile(
    r"\ (?:expectations|swaps|targets?|outlook|hedge|risks?|fears|worries|bonds|linkers)\b|-(?:linked|adjusted|indexed|targeting)"
)
_SHARE_OF = re.compile(r"(?:%|per\ ?cent|pct|percent|points|share)\ of\ \Z|\bto[- ]\Z")  # "a deficit of 7.4% of GDP"
_NO_PRICES = re.compile(
    r"\b(?:[Bb]reakeven|[Ii]nput|[Cc]ost|[Aa]sset|[Gg]rade|[Mm]edical)[- ]\Z"
)  # "input inflation seen at 4%" is a company's
# "consumer sentiment from the University of Michigan"
_FROM_ITS_MAKER = frozenset((" from the University of ", " from the ", " by the ", " from ", " by the University of "))
# "CPI ex-fresh food", "durable goods orders ex-transportation"
_WITHOUT = re.compile(
    r",?\ (?:ex|excluding|less|without)[- ](?:(?:fresh\ )?food|energy|auto(?:mobile)?s?|cars|transport(?:ation)?|gas(?:oline)?|fuel|volatile\ items)(?:(?:\ and\ |\ &\ |/)(?:food|energy|gas(?:oline)?|fuel))?(?![A-Za-z])"
)
_HAVE_CORE = frozenset({"cpi", "ppi", "pce", "retail sales", "durable goods", "machinery orders"})
_CAPITALS = frozenset(
    {"pce", "ppi", "wpi", "confidence", "business confidence", "economic sentiment", "tankan", "adp", "money"}
)
_RATES = (("m/m", r"m/m|mom|m-o-m|month-on-month|month-over-month|month on month|(?:on|over) (?:(?:the|a) )?month|(?:from|than) (?:a|the) month (?:earlier|ago|before)|monthly"), ("q/q", r"q/q|qoq|q-o-q|quarter-over-quarter|quarter-on-quarter|quarter on quarter|(?:on|over) (?:(?:the|a) )?quarter|(?:from|than) (?:a|the) quarter (?:earlier|ago|before)|quarterly"),
          ("y/y", r"y/y|yoy|y-o-y|year-on-year|year-over-year|year on year|(?:on|over) (?:(?:the|a) )?year|annual|yearly|(?:from|than|over|above|below) (?:a|the) year (?:earlier|ago|before)"), ("w/w", r"w/w"),
          ("saar", r"saar|annuali[sz]ed"))  # fmt: skip
_RATE_SHAPES = tuple(
    (rate, re.compile(rf"(?<![A-Za-z])(?:{shape})(?![A-Za-z])", re.IGNORECASE)) for rate, shape in _RATES
)
_QUALIFIERS = ("goods", "energy", "shelter", "core", "trimmed", "services", "private", "official", "caixin", "ratingdog", "new", "existing", "pending", "manufacturing", "continuing",
               "surplus", "real", "super-core", "tokyo", "ex-fresh", "ex-food", "ex-autos", "ex-transport", "ex-transportation", "ex-energy", "food", "final", "one-year", "five-year", "control group")  # fmt: skip


class Indicator(NamedTuple):
    """A release in words to compare. `key` is ours, `rate` is "m/m", "y/y" … or None."""

    key: str
    rate: str | None
    qualifiers: frozenset[str]


class FoundIndicator(NamedTuple):
    """An indicator in prose: its words and their offsets."""

    words: str
    start: int
    end: int
    key: str


def find_indicators(text: str) -> list[FoundIndicator]:
    """The releases that `text` names, in order, none inside another."""
    found: list[FoundIndicator] = []
    for key, shape in _SHAPES:
        for hit in shape.finditer(text[:3000]):
            if any(hit.start() < one.end and one.start < hit.end() for one in found):
                continue
            if key in _CAPITALS and hit.group().islower() and len(hit.group()) <= 4:
                continue
            if _ANOTHER_THING.match(text[hit.end() :]) or _NO_PRICES.search(text[: hit.start()]):
                continue
            if key == "gdp" and _SHARE_OF.search(text[: hit.start()]):
                continue
            if key == "policy rate" and _OTHER_RATES.search(text[: hit.start()]):
                continue
            if hit.group().lower() == "growth" and not _is_of_country(text[: hit.start()]):
                continue
            start = hit.start()
            lead = re.search(
                r"(?:\b[Cc]ore|\b[Hh]eadline|\b[Oo]fficial|\b[Cc]aixin|\b[Ff]inal|\b[Ff]lash|\b[Tt]rimmed[- ]mean|\b[Uu]nderlying|\b[Rr]eal|\b[Hh]armoni[sz]ed|\b[Mm]ainland)\ \Z",
                text[:start],
            )
            tail = _WITHOUT.match(text, hit.end()) if key in _HAVE_CORE else None
            end = tail.end() if tail else hit.end()
            if not lead and key == "cpi":
                lead = re.search(r"\b(?:[Ss]ervices|[Gg]oods|[Ff]ood|[Ee]nergy|[Ss]helter)\ \Z", text[:start])
            if lead:
                start = lead.start()
            if key == "gdp" and text[:start].endswith(("monthly ", "Monthly ")):
                start -= len("monthly ")
            place = re.search(r"\b(?:Tokyo|[Nn]ational)\ \Z", text[:start]) if key == "cpi" else None
            if place:
                start = place.start()
            found.append(FoundIndicator(text[start:end], start, end, key))
    return _join_names(sorted(found, key=lambda one: one.start), text)


def _is_of_country(before: str) -> bool:
    """Whether "growth" is that of a country's economy: "Korean growth", "China's Q3 growth"."""
    words = re.sub(
        r"\b(?:Q[1-4]|(?:first|second|third|fourth)[- ]quarter|quarterly|annual)\ \Z", "", before[-50:]
    ).rstrip()
    return words.endswith(("uro area", "uro zone")) or find_country(words.rpartition(" ")[2]) is not None


def _join_names(found: list[FoundIndicator], text: str) -> list[FoundIndicator]:
    """ "IPCA inflation" is one name."""
    joined: list[FoundIndicator] = []
    for one in found:
        if joined and joined[-1].key == one.key:
            between = text[joined[-1].end : one.start]
            if between == " ":
                last = joined.pop()
                one = FoundIndicator(text[last.start : one.end], last.start, one.end, one.key)
            elif between in _FROM_ITS_MAKER:
                last = joined.pop()
                one = FoundIndicator(last.words, last.start, one.end, one.key)
        joined.append(one)
    return joined


def read_indicator(words: str) -> Indicator | None:
    """What a name of a release comes to; None where it is none that we know.

    >>> read_indicator("Industrial Production y/y") == read_indicator("Industrial output y/y")
    True
    """
    found = find_indicators(words)
    if not found:
        return None
    lowered = f" {words.lower()} "
    qualifiers = frozenset(word for word in _QUALIFIERS if f" {word} " in lowered and word not in found[0].key)
    return Indicator(found[0].key, find_rate(words), qualifiers - {"final", "official", "surplus", "manufacturing"})


def find_rate(text: str) -> str | None:
    """ "m/m", "y/y" and the like, however they are written."""
    hits = [(hit.start(), rate) for rate, shape in _RATE_SHAPES if (hit := shape.search(text))]
    return min(hits)[1] if hits else None


def same_indicator(one: Indicator, other: Indicator) -> bool:
    """Whether two names are of one release."""
    if one.key != other.key or one.qualifiers ^ other.qualifiers:
        return False
    return one.rate is None or other.rate is None or one.rate == other.rate
