"""Names as people write them: Dutch parties and ministries, titles, and surnames that are also ordinary words.

Only names whose value occurs in an index are ever used; a table may therefore be wider than any corpus.
"""

PARTY_NAMES: tuple[tuple[str, ...], ...] = (
    ("GL", "GroenLinks", "Groen Links", "GreenLeft", "Green Left"),
    ("GroenLinks-PvdA", "GL-PvdA", "GL/PvdA", "PvdA-GL", "PvdA/GL", "PvdA-GroenLinks", "PvdA/GroenLinks",
     "GroenLinks/PvdA", "GroenLinks PvdA", "GreenLeft-Labour", "PRO"),
    ("PvdA", "P.v.d.A.", "Partij van de Arbeid", "Labour Party"),
    ("PvdD", "Partij voor de Dieren", "Party for the Animals", "Dierenpartij"),
    ("CU", "ChristenUnie", "Christen Unie", "Christian Union"),
    ("SGP", "Staatkundig Gereformeerde Partij"),
    ("CDA", "Christen-Democratisch Appèl", "Christen Democratisch Appel", "Christian Democrats"),
    ("VVD", "Volkspartij voor Vrijheid en Democratie"),
    ("D66", "Democraten 66", "D'66", "D-66", "Democrats 66"),
    ("PVV", "Partij voor de Vrijheid", "Party for Freedom"),
    ("SP", "Socialistische Partij", "Socialist Party"),
    ("FVD", "FvD", "Forum voor Democratie", "Forum for Democracy"),
    ("BBB", "BoerBurgerBeweging", "Boer Burger Beweging", "Farmer-Citizen Movement"),
    ("NSC", "Nieuw Sociaal Contract", "New Social Contract"),
    ("DENK", "Denk"),
    ("Volt", "Volt Nederland"),
    ("JA21", "Juiste Antwoord 21", "JA 21"),
    ("BIJ1", "Bij1", "BIJ 1", "Artikel 1"),
    ("50PLUS", "50Plus", "50+", "Vijftigplus"),
    ("BVNL", "Belang van Nederland"),
)  # fmt: skip
"""Names of one party in a row. Which of them is used is decided by what the index holds."""

PARTY_HEIRS = {"groenlinks": "GroenLinks-PvdA", "pvda": "GroenLinks-PvdA"}
"""Parties that later asked under one name, read so where the index holds that name alone."""

MINISTRY_NAMES: dict[str, tuple[str, ...]] = {
    "AZ": ("Algemene Zaken",),
    "AenM": ("Asiel en Migratie",),
    "BHO": ("Buitenlandse Handel en Ontwikkelingshulp", "Buitenlandse Handel en Ontwikkelingssamenwerking"),
    "BHOS": ("Buitenlandse Handel en Ontwikkelingssamenwerking", "Buitenlandse Handel en Ontwikkelingshulp"),
    "BZ": ("Buitenlandse Zaken",),
    "BuZa": ("Buitenlandse Zaken",),
    "BZK": ("Binnenlandse Zaken en Koninkrijksrelaties", "Binnenlandse Zaken"),
    "DEF": ("Defensie",),
    "EZ": ("Economische Zaken",),
    "EZK": ("Economische Zaken en Klimaat",),
    "EL&I": ("Economische Zaken, Landbouw en Innovatie",),
    "FIN": ("Financiën",),
    "I&M": ("Infrastructuur en Milieu",),
    "IenM": ("Infrastructuur en Milieu",),
    "I&W": ("Infrastructuur en Waterstaat",),
    "IenW": ("Infrastructuur en Waterstaat",),
    "J&V": ("Justitie en Veiligheid",),
    "JenV": ("Justitie en Veiligheid",),
    "V&J": ("Veiligheid en Justitie",),
    "VenJ": ("Veiligheid en Justitie",),
    "KGG": ("Klimaat en Groene Groei",),
    "LNV": ("Landbouw, Natuur en Voedselkwaliteit",),
    "LVVN": ("Landbouw, Visserij, Voedselzekerheid en Natuur",),
    "OCW": ("Onderwijs, Cultuur en Wetenschap",),
    "SZW": ("Sociale Zaken en Werkgelegenheid",),
    "VRO": ("Volkshuisvesting en Ruimtelijke Ordening",),
    "VWS": ("Volksgezondheid, Welzijn en Sport",),
}
"""Abbreviation of a ministry to its names, as far as roles carry them."""

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
