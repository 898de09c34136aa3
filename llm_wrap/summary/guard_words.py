"""The guard's vocabulary: one table an idea. Words are lower case; stems are what `stem` makes of them.

unit       what stands before or after a number, and what it is called here      "%" percent   "bn" 10^9   "€" EUR
direction  which way something goes, on one of several axes that do not mix      "fell" move -   "missed" expect -
hedge      words without which a claim says more than its source                 "reportedly"   "may"   "plans to"
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from importlib.resources import files
from typing import Literal

SCALES = {
    "k": 3, "thousand": 3, "m": 6, "mn": 6, "mln": 6, "million": 6, "millions": 6, "b": 9, "bn": 9, "bln": 9, "billion": 9,
    "billions": 9, "t": 12, "tn": 12, "tr": 12, "trn": 12, "trln": 12, "trillion": 12, "trillions": 12,
}  # fmt: skip
SYMBOLS = {
    "$": "USD", "US$": "USD", "A$": "AUD", "C$": "CAD", "HK$": "HKD", "NT$": "TWD", "S$": "SGD", "NZ$": "NZD", "R$": "BRL", "Rs": "INR", "R": "ZAR",
    "€": "EUR", "£": "GBP", "¥": "JPY", "₩": "KRW", "₹": "INR", "฿": "THB", "₱": "PHP", "₫": "VND",
}  # fmt: skip
CURRENCY_CODES = frozenset(
    """USD EUR GBP JPY CNY CNH KRW HKD TWD AUD CAD CHF SEK NOK DKK ISK INR BRL MXN ARS CLP COP PEN PHP THB IDR MYR SGD NZD
    ILS TRY ZAR PLN HUF CZK RON SAR AED QAR KWD EGP NGN PKR LKR VND KZT UAH RUB KES CFA XOF XAF MAD""".split()
)
# Codes that a summary may write another way. A symbol that several currencies share stands for the first of them.
CURRENCY_WORDS = {
    "rmb": "CNY", "yuan": "CNY", "renminbi": "CNY", "cnh": "CNY", "dollar": "USD", "dollars": "USD", "euro": "EUR", "euros": "EUR",
    "pound": "GBP", "pounds": "GBP", "sterling": "GBP", "stg": "GBP", "yen": "JPY", "won": "KRW", "baht": "THB", "rupee": "INR", "rupees": "INR",
    "franc": "CHF", "francs": "CHF", "krona": "SEK", "kronor": "SEK", "reais": "BRL", "real": "BRL", "pesos": "peso", "peso": "peso",
    "kroner": "crown", "krone": "crown", "crown": "crown", "crowns": "crown", "koruna": "CZK", "forint": "HUF", "forints": "HUF", "hryvnia": "UAH",
    "shekels": "ILS", "shekel": "ILS", "ringgit": "MYR", "rupiah": "IDR", "lira": "TRY", "zloty": "PLN", "rand": "ZAR",
    "pence": "penny", "penny": "penny", "cent": "cent", "cents": "cent", "naira": "NGN", "dirhams": "AED", "riyals": "SAR",
}  # fmt: skip
# Two words for one, singular: "20 billion Hong Kong dollars".
_CURRENCY_PAIRS = """
USD: us dollar, american dollar|HKD: hong kong dollar|TWD: taiwan dollar, new taiwan dollar, taiwanese dollar|AUD: australian dollar, aussie dollar|
CAD: canadian dollar|SGD: singapore dollar|NZD: new zealand dollar|NOK: norwegian crown, norwegian krone, norwegian kroner|SEK: swedish crown, swedish krona,
swedish kronor|DKK: danish crown, danish krone, danish kroner|ISK: icelandic krona, icelandic kronur|CZK: czech crown, czech koruna|CHF: swiss franc|
INR: indian rupee|PKR: pakistani rupee|MXN: mexican peso|ARS: argentine peso|CLP: chilean peso|COP: colombian peso|PHP: philippine peso|
BRL: brazilian real, brazilian reais|CNY: chinese yuan|JPY: japanese yen|KRW: korean won, south korean won|TRY: turkish lira|EGP: egyptian pound|
ILS: israeli shekel|GBP: british pound, pound sterling|SAR: saudi riyal|QAR: qatari riyal|ZAR: south african rand|PLN: polish zloty|
THB: thai baht|MYR: malaysian ringgit|IDR: indonesian rupiah|NGN: nigerian naira|HUF: hungarian forint|AED: emirati dirham
"""
CURRENCY_PAIRS = {
    phrase.strip(): group.partition(":")[0].strip()
    for group in _CURRENCY_PAIRS.replace("\n", " ").split("|")
    for phrase in group.partition(":")[2].split(",")
}
CURRENCIES = frozenset({*CURRENCY_CODES, *CURRENCY_WORDS.values()})
# What follows a number, as it is called here. "pt" of an index, "point" of a percentage and "percentage point" are three things.
UNITS = {
    "%": "percent", "percent": "percent", "per cent": "percent", "pct": "percent", "bp": "bp", "bps": "bp", "basis point": "bp",
    "basis points": "bp", "basis-point": "bp", "pp": "point", "ppt": "point", "ppts": "point", "ppct": "point", "percentage point": "point",
    "percentage points": "point", "percentage-point": "point", "point": "point", "points": "point", "pt": "point", "pts": "point",
    "tonne": "tonne", "tonnes": "tonne", "ton": "tonne", "tons": "tonne", "mt": "Mtonne", "kt": "ktonne", "barrel": "barrel",
    "barrels": "barrel", "bpd": "barrel", "b/d": "barrel", "bbl": "barrel", "ounce": "ounce", "ounces": "ounce", "oz": "ounce",
    "kg": "kg", "gallon": "gallon", "gallons": "gallon", "mw": "MW", "gw": "GW", "mwh": "MWh", "gwh": "GWh", "kwh": "kWh", "twh": "TWh",
    "megawatts": "MW", "megawatt": "MW", "gigawatt": "GW", "gigawatts": "GW", "nm": "nm", "nanometre": "nm", "nanometres": "nm",
    "nanometer": "nm", "nanometers": "nm", "mm": "mm", "inch": "inch", "km": "km", "kilometres": "km", "kilometers": "km", "mph": "mph",
    "hectares": "hectare", "ha": "hectare", "acres": "acre", "minute": "minute", "minutes": "minute", "hour": "hour", "hours": "hour",
    "day": "day", "days": "day", "week": "week", "weeks": "week", "fortnight": "fortnight", "month": "month", "months": "month",
    "quarter": "quarter", "quarters": "quarter", "year": "year", "years": "year", "decade": "decade", "decades": "decade", "x": "times",
    "century": "century", "centuries": "century", "session": "day", "sessions": "day", "trading day": "day", "trading days": "day",
    "times": "times", "fold": "times", "notch": "notch", "notches": "notch", "rung": "notch", "rungs": "notch", "tenths": "tenth",
}  # fmt: skip
UNIT_SCALES = {"Mtonne": ("tonne", 6), "ktonne": ("tonne", 3), "GW": ("MW", 3), "GWh": ("MWh", 3), "TWh": ("MWh", 6)}
TIME_UNITS = frozenset("minute hour day week month quarter year decade century fortnight".split())

_ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
NUMBER_WORDS = {
    **{word: number for number, word in enumerate(_ONES.split())},
    **{word: 10 * number for number, word in enumerate(_TENS.split(), 2)},
    "hundred": 100,
    "dozen": 12,
}
_ORDINALS = """zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth
    fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"""
ORDINAL_WORDS = {word: number for number, word in enumerate(_ORDINALS.split())}
FRACTIONS = {
    "half": Decimal(1) / 2, "third": Decimal(1) / 3, "thirds": Decimal(1) / 3, "quarter": Decimal(1) / 4, "quarters": Decimal(1) / 4,
    "fifth": Decimal(1) / 5, "fifths": Decimal(1) / 5, "sixth": Decimal(1) / 6, "seventh": Decimal(1) / 7, "eighth": Decimal(1) / 8,
    "eighths": Decimal(1) / 8, "ninth": Decimal(1) / 9, "tenth": Decimal(1) / 10, "tenths": Decimal(1) / 10, "twelfth": Decimal(1) / 12,
    "twentieth": Decimal(1) / 20,
}  # fmt: skip
MULTIPLES = {
    "doubled": 2, "doubles": 2, "doubling": 2, "twice": 2, "double": 2, "twofold": 2, "tripled": 3, "triples": 3, "tripling": 3,
    "triple": 3, "threefold": 3, "quadrupled": 4, "quadruples": 4, "fourfold": 4, "fivefold": 5, "sixfold": 6, "sevenfold": 7,
    "tenfold": 10,
}  # fmt: skip
HALVES = frozenset({"halved", "halves", "halving"})

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH_NAMES = frozenset(
    """january february march april may june july august september october november december
    jan feb mar apr jun jul aug sep sept oct nov dec""".split()
)
WEEKDAY_NAMES = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())

# "about 6.5%" may stand for 6.48 %; "nearly" for a little less than it says, "over" for a little more.
APPROXIMATE = frozenset("about around roughly approximately some near nearly almost close circa".split())
AT_MOST = frozenset("nearly almost".split())
AT_LEAST = frozenset("over exceeding more above least".split())
ROUNDING = APPROXIMATE | AT_LEAST | AT_MOST
# Two words that say one.
PHRASES = {
    ("voted", "down"): "rejected", ("turned", "down"): "rejected", ("turning", "down"): "rejecting", ("go", "ahead"): "proceed",
    ("goes", "ahead"): "proceeds", ("walked", "away"): "withdrew", ("called", "off"): "cancelled", ("tore", "up"): "scrapped",
    ("put", "off"): "delayed", ("pushed", "back"): "delayed", ("cast", "doubt"): "doubted", ("struck", "out"): "rejected", ("threw", "out"): "rejected", ("thrown", "out"): "rejected",
    ("strikes", "out"): "rejects", ("strike", "out"): "reject", ("throws", "out"): "rejects", ("call", "off"): "cancel",
    ("give", "up"): "lose", ("gives", "up"): "lose", ("gave", "up"): "lost", ("giving", "up"): "losing", ("given", "up"): "lost",
    ("make", "up"): "comprise", ("makes", "up"): "comprise", ("made", "up"): "comprised", ("making", "up"): "comprising",
    ("set", "up"): "founded", ("sets", "up"): "found", ("setting", "up"): "founding", ("taken", "up"): "accepted", ("take", "up"): "accept",
    ("back", "up"): "support", ("backed", "up"): "supported", ("stand", "up"): "rise", ("hold", "up"): "delay", ("held", "up"): "delayed",
    ("holding", "up"): "delaying", ("wind", "down"): "close", ("wound", "down"): "closed", ("shut", "down"): "closed",
    ("come", "down"): "fall", ("came", "down"): "fell", ("end", "up"): "end", ("pick", "up"): "rise", ("picked", "up"): "rose",
    ("picks", "up"): "rises", ("picking", "up"): "rising", ("cut", "short"): "shortened", ("cut", "off"): "stopped",
    ("fell", "short"): "missed", ("fall", "short"): "miss", ("falls", "short"): "misses", ("falling", "short"): "missing", ("fallen", "short"): "missed",
    ("own", "up"): "admit", ("racked", "up"): "incurred", ("rack", "up"): "incur", ("racking", "up"): "incurring", ("sum", "up"): "summarise", ("broke", "off"): "stopped", ("break", "off"): "stop", ("laid", "off"): "dismissed", ("write", "off"): "charge",
    ("writes", "off"): "charge", ("writing", "off"): "charging", ("wrote", "off"): "charged", ("charge", "off"): "charge",
}  # fmt: skip
# "the biggest drop" and "the smallest drop": an axis of its own.
RANKS = {
    **dict.fromkeys("biggest largest highest fastest most strongest record best steepest".split(), 1),
    **dict.fromkeys("smallest lowest slowest least weakest".split(), -1),
}

# Directions. An axis has two ends; a summary must not name the other end than its source. A word may be on two axes.
Axis = Literal[
    "rank", "move", "output", "expect", "policy", "result", "verdict", "permit", "run", "deal", "trade", "mood", "range"
]
_DIRECTIONS: dict[Axis, tuple[str, str]] = {
    "move": (
        """rose rise gain climb jump leap surge soar rally advance increase grow grew growth high add expand expansion accelerate rebound
        recover lift raise hike boost upgrade strengthen firmer stronger strong up upward more faster extend widen widening swell rising
        hot hotter quicken dearer edge-up mark-up outperform improve improvement bigger larger double triple""",
        """fell fall drop decline slide slid slip low lose lost cut reduce trim shrink shrank contract contraction decrease down
        tumble plunge sink sank slump ease slow shed dip weaken weak softer retreat downgrade slash downward less fewer sag soften cool
        narrow shorten cheaper disappoint halve underperform deteriorate worsen slower smaller downturn crash""",
    ),
    "output": ("growth grow grew expand expansion", "contraction contract shrink shrank recession"),
    "expect": (
        "beat top exceed surpass above better over ahead outpace outstrip past",
        "miss below short worse undershoot under behind lag trail",
    ),
    "policy": ("hawkish tighten tightening tighter", "dovish ease easing loosen loosening looser"),
    "result": ("profit surplus", "loss deficit"),
    "verdict": (
        "approve accept agree settle back support endorse favour favor welcome confirm ratify pass win won recommend backed",
        "reject refuse deny oppose block veto dismiss criticise criticize turned-down lose lost vote-down abandon walk-away withdraw",
    ),
    "permit": (
        "allow permit let exempt spare lift waive remove unblock free",
        "ban bar prohibit block forbid restrict impose halt",
    ),
    "run": (
        "start begin began resume launch open reopen proceed continue restore keep maintain",
        "halt stop suspend pause end shut close drop scrap cancel abandon freeze froze withdraw quit",
    ),
    "deal": ("buy bought acquire purchase", "sell sold divest spin"),
    "trade": ("import", "export"),
    "mood": (
        "optimistic upbeat bullish positive confident encouraging buoyant",
        "pessimistic gloomy bearish negative downbeat cautious worried gloomier",
    ),
    "range": ("maximum most ceiling cap", "minimum least floor"),
}  # fmt: skip

# Hedges by group. A claim that the source hedges must be hedged in the summary by a word of the same group.
Hedge = Literal["report", "open", "likely"]
HEDGE_PHRASES: dict[Hedge, tuple[str, ...]] = {
    # somebody says so, and is not named
    "report": (
        "reportedly", "people familiar", "person familiar", "people with knowledge", "sources", "source said", "according to people",
        "according to a person", "insiders", "insider", "a source", "source told", "people close", "person close", "close to the matter", "unnamed", "anonymous", "people in the", "people told", "people said", "persons told", "said to", "rumoured", "rumored", "unconfirmed", "allegedly", "apparently", "speculation",
    ),
    # it may or may not be so
    "open": (
        "may", "might", "could", "would", "possibly", "potentially", "perhaps", "considering", "considers", "consider", "weighing", "weighs",
        "mulling", "mulls", "exploring", "in talks", "discussing", "possible", "not excluded", "whether", "threatens", "threatened",
        "proposed", "proposes", "proposing", "draft", "drafted", "mooted", "chance", "probability", "odds", "risk", "if", "unless",
        "studying", "looks at", "looking at", "eyeing", "pending", "subject to", "potential", "would-be", "thinking of", "thinks about", "contemplates", "contemplating", "debating", "debates", "under consideration", "under review", "looking into",
        "in discussions", "rule out", "ruled out", "ponders", "pondering", "option", "can", "let", "lets", "allow", "allows", "allowed", "permitted",
    ),
    # it is expected, planned or judged so
    "likely": (
        "likely", "probably", "expected", "expected to", "expects", "expect", "forecast", "forecasts", "estimates", "estimated", "sees", "see", "seen",
        "projected", "projects", "plans", "planned", "plan", "planning", "intends", "aims", "set to", "due to", "poised", "should",
        "reckons", "believes", "thinks", "anticipated", "anticipates", "guided", "guides", "guidance", "target", "targets", "looks to",
        "on track", "hopes", "wants", "about to", "seeks", "pencilled", "hoped", "feared", "fears", "assumes", "planned for", "looks set", "ready to", "on course", "scheduled", "slated", "outlook", "predicted", "predicts", "predict", "prepares", "preparing", "promises", "promised",
        "pledges", "pledged", "vows", "vowed", "will probably", "bound to", "feels", "reckoned", "sights", "eyes",
    ),
}  # fmt: skip
# Those whose loss turns an expectation into a fact; the rest of the group may stand for them but needs no guarding.
GUARDED = frozenset(
    """reportedly|people familiar|person familiar|people with knowledge|sources|source said|according to people|according to a person|
    people in the|said to|rumoured|rumored|unconfirmed|allegedly|may|might|could|possible|possibly|potentially|perhaps|considering|considers|weighing|
    weighs|mulling|mulls|exploring|in talks|likely|probably|expected to|expect|expects|plans|planned|intends|aims|set to|poised|should|proposed|
    proposes|believes|thinks|estimates|anticipated|projected|hopes""".replace("\n", "").replace("    ", "").split("|")
)  # fmt: skip

NEGATIONS = frozenset(
    "not no never cannot without neither nor none n't unable fail fails failed denied denies refused refuses rejected".split()
)
SPEAKS = frozenset(
    "say tell warn announce threaten promise argue add note write report claim repeat call estimate reckon think see".split()
)
PLAIN_NEGATIONS = frozenset("not no never cannot neither nor none n't without".split())

NIL = frozenset("nil nought zero none".split())


# A country, its people and its short names; also bodies whose short name is not made of their initials.
def _read_same_names(lines: Sequence[str]) -> tuple[dict[str, int], dict[int, str]]:
    """Each name with the number of its line, and the region that a line stands under."""
    names: dict[str, int] = {}
    regions: dict[int, str] = {}
    region = ""
    for number, line in enumerate(lines):
        if line.startswith("["):
            region = line.strip("[]")
        elif line and not line.startswith("#"):
            names.update(dict.fromkeys((name.strip() for name in line.split(",")), number))
            if region:
                regions[number] = region
    return names, regions


SAME_NAMES, _REGION_NAMES = _read_same_names(
    files("llm_wrap.summary").joinpath("same_names.txt").read_text(encoding="utf-8").splitlines()
)
REGIONS = {number: SAME_NAMES[region] for number, region in _REGION_NAMES.items()}  # a country's number to its region's
# Titles and nouns that are written with a capital before or after a name and name nobody.
TITLES = frozenset(
    """president chancellor premier minister prime secretary governor chair chairman chairwoman chief chiefs ceo cfo coo cto director senator
    finance trade economy foreign defence defense treasury deputy vice general commissioner king queen mr mrs ms dr state house
    government ministry department bank central street board congress senate parliament cabinet court week
    jerome donald joe christine kazuo andrew rachel keir emmanuel friedrich ursula sanae shigeru scott howard jamieson elon jensen satya sundar
    narendra vladimir volodymyr javier claudia anthony olaf giorgia recep viktor jinping bin nirmala sanjay""".split()
)
# Words that many companies share.
GENERIC_WORDS = frozenset(
    """financial group holdings holding bank banks electronics motor motors energy technology technologies international industries heavy steel
    capital securities insurance pharma systems semiconductor of the and company corp inc power resources chemical materials trust""".split()
)
# Capitals that need no source: what is written with them anyway.
FREE_CAPITALS = frozenset(
    """i a the ceo cfo coo cto ai it tv pc gpu cpu llm ev evs ipo ipos lng gdp cpi ppi pmi hr esg r&d m&a eps roe capex ebit
    ebitda q1 q2 q3 q4 h1 h2 fx etf etfs atm atms api apps wifi vat dna hq ip ngo ngos""".split()
)

# Words of one meaning for a context, beside the directions.
_SAME_WORDS = """
profit earning income ebit net|revenue sale turnover|guidance guide outlook forecast goal target view|stock share equity|staff worker employee workforce
personnel headcount|tariff duty levy rate|firm company group maker producer manufacturer business|buyback repurchase|stake holding|order booking backlog|
output production|chip semiconductor|rule regulation curb restriction limit|talk negotiation consultation|plant factory site fab mill works|
deal agreement accord pact contract treaty|bond note debt borrowing|chief head boss chairman president ceo leader|price cost inflation|
consensus expect expectation estimate analyst economist forecaster street project projection predict foresee anticipate|survey poll|
storm typhoon hurricane cyclone|jobless unemployment joblessness|shipment export deliver delivery ship|
say said tell told add argue note remark comment claim state declare|loan credit lending|warn caution|announce unveil disclose reveal present|
report publish post book|buy bought acquire purchase takeover acquisition|sell sold divest dispose offload disposal divestment|
build construct construction|hire recruit hiring|layoff job post redundancy dismiss dismissal axe|drug medicine pharmaceutical pharma|
vessel ship tanker freighter|car auto vehicle automobile|carmaker automaker|plane jet aircraft airliner|airline carrier|lender bank|
fund financ finance funding|invest investment spend spending capex outlay|budget plan programme program scheme project|parliament lawmaker
legislator congress senate|court judge tribunal justice ruling|vote ballot poll|approve approval clearance permission leave consent authorise authorize permit license licence|
ban prohibit forbid bar embargo|probe investigation inquiry investigate|fine penalty|lawsuit suit sue complaint|settle settlement|tax levy|
refund rebate reimburse|holiday break|trip travel tourism journey|shop store outlet retailer|home house housing property|oil crude|
gas lng|metal steel aluminium aluminum copper|grain wheat corn crop|server datacentre datacenter|cut lower reduce trim|raise lift hike increase boost|
halt pause suspend freeze stop shelve|resume restart reopen|delay postpone defer|extend extension prolong|scrap cancel drop abandon|
begin start launch commence kick|end expire finish conclude close|meet meeting talk gather|propose proposal suggest|seek request ask demand apply|
join enter|quit resign leave depart|appoint name nominate|owner holder shareholder investor|customer client buyer|supplier vendor|
rival competitor peer|child kid|student pupil|war conflict|truce ceasefire|strike walkout stoppage|weak soft|strong robust solid|
act action|quarter three-month|annual yearly year|month monthly|week weekly|day daily|first debut maiden|big large huge|small little minor|near close|
"""
SAME_WORDS: dict[str, str] = {}
STOPWORDS = frozenset(
    """a an the and or but of to in on at by for with from as is are was were be been being it its this that these those he she they
    his her their them which who whom whose than then there here so such also too very while although though after before when where
    since until during into onto over under about per via both each all any some other another only even just still yet again has
    have had having do does did will would can could may might must shall should not no nor if because up down out off what how why
    s we our us you your i my one more most least less own same few between among against versus vs around across through within""".split()
)

IRREGULAR = {
    "rose": "rise", "risen": "rise", "fell": "fall", "fallen": "fall", "grew": "grow", "grown": "grow", "slid": "slide", "sank": "sink",
    "sunk": "sink", "shrank": "shrink", "shrunk": "shrink", "lost": "lose", "lower": "low", "lowest": "low", "lowered": "low", "lowering": "low",
    "lowers": "low", "higher": "high", "highest": "high", "said": "say", "told": "tell", "bought": "buy", "sold": "sell", "took": "take",
    "taken": "take", "gave": "give", "given": "give", "began": "begin", "begun": "begin", "won": "win", "kept": "keep", "held": "hold",
    "made": "make", "met": "meet", "paid": "pay", "left": "leave", "led": "lead", "built": "build", "cut": "cut", "cuts": "cut",
    "put": "put", "set": "set", "beat": "beat", "beaten": "beat", "weaker": "weak", "weakest": "weak", "stronger": "strong",
    "strongest": "strong", "better": "better", "best": "better", "worst": "worse", "froze": "freeze", "frozen": "freeze", "went": "go",
    "gone": "go", "came": "come", "found": "find", "brought": "bring", "shut": "shut", "shot": "shoot", "drew": "draw", "drawn": "draw",
    "swung": "swing", "sent": "send", "spent": "spend", "chose": "choose", "chosen": "choose", "spoke": "speak", "thought": "think",
    "ran": "run", "hit": "hit", "quit": "quit", "shed": "shed", "topped": "top", "tops": "top", "missed": "miss", "misses": "miss",
    "loss": "loss", "losses": "loss", "less": "less", "sales": "sale", "earnings": "earning", "duties": "duty", "does": "do", "did": "do",
    "done": "do", "has": "have", "had": "have", "was": "be", "were": "be", "is": "be", "are": "be", "been": "be", "profits": "profit",
    "below": "below", "above": "above", "agreed": "agree", "selloff": "fall", "sell-off": "fall",
}  # fmt: skip


def stem(word: str) -> str:
    """The word without its endings: enough for "raises", "raised" and "raising" to meet.

    >>> [stem(word) for word in ("raises", "raising", "cutting", "duties", "fell")]
    ['rais', 'rais', 'cut', 'duty', 'fall']
    """
    word = word.lower().removesuffix("'s").removesuffix("'")
    word = IRREGULAR.get(word, word)
    if (len(word) > 4 and word.endswith("ies")) or (len(word) > 4 and word.endswith("ied")):
        word = word[:-3] + "y"
    elif len(word) > 5 and word.endswith("ing"):
        word = _undouble(word[:-3])
    elif len(word) > 4 and word.endswith("ed"):
        word = _undouble(word[:-2])
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-2] if word.endswith(("sses", "shes", "ches", "xes")) else word[:-1]
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


def _undouble(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz" else word


for _number, _group in enumerate(_SAME_WORDS.replace("\n", " ").split("|")):
    for _word in _group.split():
        SAME_WORDS.setdefault(stem(_word), f"={_number}")
DIRECTIONS: dict[str, tuple[tuple[Axis, int], ...]] = {}
for _axis, _ends in _DIRECTIONS.items():
    for _sign, _words in zip((1, -1), _ends, strict=True):
        for _stem in {stem(_word) for _word in _words.split()}:
            DIRECTIONS[_stem] = (*DIRECTIONS.get(_stem, ()), (_axis, _sign))
