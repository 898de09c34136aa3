"""The words by which a sentence tells what is ahead from what is behind: sets that `tense` reads, lower case."""

from __future__ import annotations

# Words that put what they govern ahead.
AHEAD = frozenset(
    """
    will would shall may might could can should must due expected scheduled slated planned plans plan planning set likely poised ahead
    upcoming awaits await awaiting awaited looming looms looks look eyes eye eyed deadline until till by before tentatively coming forecast
    seen anticipated anticipates anticipate expects expect pending aims aim hopes hope hoping seeks seek intends intend pledged pledges
    postponed delayed rescheduled extended pushed deferred timed invited watching next forthcoming agenda
    follows follow preparing prepares brace braces bracing effective starting beginning targeting targeted proposed
    opens closes meets releases publishes votes decides begins ends expires holds resumes travels testifies
    convenes gathers speaks launches debuts takes comes arrives returns unveils delivers presents kicks rolls continues sits goes appears
    possible joins attends addresses considers reviews debates hears rules lapses reopens concludes meet begin resume expire speak
    publish arrive reopen
    """.split()
)
# Verbs that are as often nouns: they count behind a name ("Nvidia reports tonight", not "media reports").
AHEAD_OF_NAME = frozenset("reports starts hosts lists prices visits launches debuts returns targets pays sees".split())
STARTING = frozenset("starts launches debuts returns".split())
STARTS_OF = frozenset("housing wafer building home product new total annual strong weak".split())
# These govern only what stands right behind them.
NEAR = {"by": 3, "until": 3, "till": 3, "before": 8, "ahead": 9}  # words
# Words that put it behind. Regular pasts are known by their ending.
BEHIND = frozenset(
    """
    said met rose fell told spoke held began came took went saw made gave got left lost won ran led hit cut grew sank slid shed sold
    bought paid kept felt found knew became thought brought caught taught fought broke chose drove froze hid rode shook shot sent spent
    stood struck swung threw wore wrote written done shown known was were had did been dropped beat slumped
    since ago previously earlier overnight flew drew drove sat swore sought withdrew fled built dealt lent meant repaid swept tore undertook woke
    gone given read rang heard
    says notes adds cites flags warns reiterates familiar
    """.split()
)
# Market words that stand behind "Wednesday's": they are behind only there.
SESSION_NOUNS = frozenset(
    """
    rout slump selloff sell-off slide rebound rally loss losses gain gains drop plunge surge jump decline close session crash retreat
    advance bounce tumble fall rise pullback selling move moves trade trading high highs low lows peak settlement fix fixing
    """.split()
)
RESUMES = frozenset("resume resumes begin begins start starts restart restarts reopen halt suspend".split())
WEAK = frozenset(
    "follows following follow close session sell rise fall drop gain jump rally advance decline slide".split()
)
# Words in -ed that are no past of their own.
NO_PAST = frozenset(
    """
    expected scheduled slated planned postponed delayed rescheduled extended pushed deferred timed invited awaited anticipated eyed pledged
    targeted proposed forecasted need speed proceed exceed feed indeed fed embed bed red hundred united limited advanced seed
    mixed detailed combined related based listed unchanged revised unadjusted adjusted estimated projected proposed required unified
    interested concerned increased improved prolonged closely-watched long-awaited highly-anticipated hotly-anticipated armed so-called
    troubled distressed indebted unsecured secured convertible shared
    """.split()
)
# Of these, the ones that are a past where an object or "by" stands behind them: "advanced the bill".
SOMETIMES_PAST = frozenset(
    "advanced limited detailed combined listed revised adjusted estimated required increased improved prolonged secured shared".split()
)
# What reports an event without being it: "agreed talks on 10-Nov" is ahead.
REPORTING = frozenset(
    """
    said told agreed confirmed announced set fixed called moved reiterated noted added indicated suggested signalled signaled warned
    reported cited says notes adds cites flags warns reiterates urged ordered gave given brought decided filed proposed approved was were
    imposed levied asked sought requested demanded raised lowered cut increased threatened vowed accepted granted backed endorsed
    """.split()
)
# Before a past verb's infinitive: "met to discuss on Monday".
DONE_THEN_TO = frozenset(
    """
    voted met gathered failed declined refused moved managed rose fell helped continued began started returned came went flew used led
    climbed jumped rallied
    """.split()
)
LEADS_TO = frozenset(
    """
    set due expected likely scheduled slated plans planned poised is are about aims hopes ready agreed forecast seen going intends wants
    seeks vowed pledged promised invited prepares preparing supposed on
    """.split()
)
BASE_VERBS = frozenset(
    """
    meet speak discuss visit release publish report announce hold host vote decide rule testify sign launch start begin open close end
    expire take come go return resume travel attend unveil present deliver set cut raise lift hike lower ease impose apply list debut
    trade price issue pay buy sell acquire complete finalise finalize show rise fall slow moderate extend last run continue face file
    submit respond appear address give make be have hear review consider debate convene gather join introduce roll enter lapse implement
    conclude ship offer reveal update brief talk leave arrive reopen restart pick edge remain stay keep do see get seek build
    """.split()
)


EVENTS = frozenset(
    """
    vote votes election elections ballot runoff primary referendum decision decisions meeting meetings summit talks report reports results earnings data
    payrolls release releases speech testimony hearing minutes auction sale cpi ppi gdp pce pmi pmis inflation jobs employment figures print numbers
    survey briefing conference budget deadline expiry settlement launch debut listing ipo agm statement review call event gathering forum announcement
    cut hike opening holiday strike protest march ruling verdict session plenum congress visit agenda calendar docket diary retail sales claims prices production trade tankan
    """.split()
)
# Behind a plural these are its verb.
PLURAL_VERBS = frozenset(
    """
    hold decide convene gather discuss debate announce unveil present report vote consider sign take give go come begin start end speak meet
    publish deliver resume expire appear join enter conclude leave arrive reopen open close shut testify travel fly head land pick sell face
    return launch pay host attend address
    """.split()
)
# Verbs that are no nouns: their third person is a verb wherever it stands.
ONLY_VERBS = frozenset(
    """
    give make take go come begin meet speak decide publish announce deliver resume expire unveil present submit respond appear hear consider
    convene join introduce enter implement reveal conclude leave arrive reopen keep seek build buy sell pay complete bring fly land step
    redeem testify lay send swear hand host attend address adopt enact ratify switch merge delist
    """.split()
)
