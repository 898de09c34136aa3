"""The outlets that a wrap names as its sources: vocabularies and the test on them."""

from __future__ import annotations

# Outlets that a bracket may name. Lower case.
OUTLETS = frozenset(
    """
    reuters bloomberg nzz pap wsj ft nikkei yonhap cnbc scmp afp ap nyt caixin xinhua kyodo jiji nhk cna bbc cnn axios
    politico barron's barrons marketwatch semafor digitimes techcrunch verge variety economist fortune forbes
    globe telegraph guardian times handelsblatt spiegel bild faz ansa lemonde figaro efe tass interfax ria mni
    dj djn dow-jones fd dn mint livemint pti et toi bs afr abc smh rtrs bbg mlex punchbowl sina cls stcn globaltimes
    yicai valor folha estadao estado infomoney reforma milenio clarin lanacion theinformation information
    seekingalpha factset streetaccount npr upi cbs nbc fox fbn fbn betaville expansion expansión cincodias
    elpais kontan antara bernama vnexpress bangkokpost straitstimes businesstimes edaily hankyung chosun
    joongang sky skynews mailonline thisismoney lesechos echos agefi lagefi borsen dagensindustri di cnyes udn
    ctee moneydj asahi mainichi yomiuri sankei toyokeizai pbs espn msnbc stat endpoints statnews theedge platts
    argus kitco coindesk theblock cointelegraph afr.com rtt benzinga ifr ifrasia mergermarket debtwire reorg
    lseg euronews politiken corriere repubblica ilsole24ore sole24ore il-sole mf milanofinanza wiwo
    manager-magazin welt globo businessline iltasanomat kauppalehti aftenposten e24 dagbladet rzeczpospolita hurriyet haaretz calcalist
    lrt lsm err delfi yle nrk ntb ritzau belta hvg
    """.split()
) | frozenset(
    {
        "business standard", "evening standard", "the hindu", "hindu businessline", "the edge", "the age", "the australian", "the star", "the nation",
        "o globo", "folha de s.paulo", "folha de s. paulo", "el pais", "el país", "el mundo", "el economista", "el cronista", "la nacion", "la nación",
        "la republica", "la república", "la tercera", "diario financiero", "el financiero", "el universal", "el comercio", "la stampa", "il messaggero",
        "die zeit", "die welt", "les echos", "le monde", "le parisien", "de tijd", "l'echo", "het financieele dagblad", "dagens industri", "the block",
        "the elec", "maeil business", "the paper", "jiemian", "sina tech", "36kr", "late post",
    }
)  # fmt: skip
# The last word of an outlet's name: "NY Times", "Economic Daily News", "Il Sole 24 Ore".
OUTLET_ENDINGS = frozenset(
    """
    times post journal news daily herald press tribune gazette chronicle review standard magazine wire newswires
    mail zeitung globe mirror sun monde figaro echos information economist guardian telegraph independent
    insider week today business observer television tv radio agency report register online media street ore
    """.split()
)
# One outlet each, though an "and" stands in it.
JOINED_OUTLETS = frozenset({"globe and mail", "the globe and mail", "mail and guardian", "stars and stripes"})
# What a bracket may hold that looks like a name and is none.
NOT_SOURCES = frozenset(
    """
    link links revised preliminary flash final prelim unchanged prior previous consensus estimate est forecast
    record ex-items adjusted chart video audio transcript pdf note update updated monday tuesday wednesday
    thursday friday saturday sunday january february march april may june july august september october november
    december today tomorrow yesterday here see more below above table exclusive local sources source
    """.split()
)


def is_outlet(name: str) -> bool:
    """Whether `name` is an outlet that we know, or is built as outlets' names are.

    >>> is_outlet("Reuters"), is_outlet("NY Times"), is_outlet("Beijing")
    (True, True, False)
    """
    lowered = name.lower()
    if lowered in NOT_SOURCES:
        return False
    if lowered in OUTLETS:
        return True
    words = lowered.split()
    if not words or len(words) > 6:
        return False
    if "and" in words:
        return lowered in JOINED_OUTLETS
    return words[-1] in OUTLET_ENDINGS or words[0] in OUTLETS
