"""Words of a query that are names only sometimes: surnames and parties that are also ordinary words."""

ORDINARY_WORDS = frozenset(
    "bakker berg bij boer bosch brandt bruin burger dekker dijk graaf groot grote haan heer hoek hond huis jager "
    "jong kamp kat klein kleine klok kok kolder koning koster krul kuiken lang leeuw markt meer meester meijer "
    "molen mulder pas peters post prins raad ridder rood schipper schoen slager sloot smit snel stad steen timmer "
    "tuin veld visser vos vries water weg wiel wit wolf zwart zee nat paul roos beer groen kant nijs vink vis mei "
    "ja pro plus helder welzijn keizer kuiper kerk akker beek dam dale dorp duin hof heuvel horst laan land "
    "poort sluis tol wal zand baan bal bank bijl blok bloem boom brand brood brug zomer winter hartog hertog "
    "bisschop pastoor arts schilder wever metselaar timmerman zanger vogel valk adelaar haas konijn hert zwaan "
    "leeuwerik spreeuw goud zilver ijzer koper steenbergen".split()
)
"""Surnames that are also words: read as names only with a capital or behind a title."""

PARTY_WORDS = frozenset({"denk", "volt", "pro", "ja"})
"""Parties that are also words: "denk vooruit" begins with no party."""
