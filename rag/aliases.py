"""Other names of Dutch parties and ministries, as people write them.

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

MINISTRY_ENGLISH: dict[str, tuple[str, ...]] = {
    "General Affairs": ("Algemene Zaken",),
    "Asylum and Migration": ("Asiel en Migratie",),
    "Asylum": ("Asiel",),
    "Migration": ("Migratie", "Asiel en Migratie"),
    "Foreign Trade": ("Buitenlandse Handel",),
    "Foreign Affairs": ("Buitenlandse Zaken",),
    "Interior and Kingdom Relations": ("Binnenlandse Zaken",),
    "Interior": ("Binnenlandse Zaken",),
    "Defence": ("Defensie",),
    "Defense": ("Defensie",),
    "Economic Affairs and Climate Policy": ("Economische Zaken en Klimaat",),
    "Economic Affairs": ("Economische Zaken",),
    "Finance": ("Financiën",),
    "Infrastructure and Water Management": ("Infrastructuur en Waterstaat",),
    "Infrastructure": ("Infrastructuur",),
    "Justice and Security": ("Justitie en Veiligheid",),
    "Justice": ("Justitie",),
    "Climate Policy and Green Growth": ("Klimaat en Groene Groei",),
    "Climate": ("Klimaat",),
    "Agriculture, Nature and Food Quality": ("Landbouw, Natuur en Voedselkwaliteit",),
    "Agriculture": ("Landbouw",),
    "Education, Culture and Science": ("Onderwijs",),
    "Education": ("Onderwijs",),
    "Social Affairs and Employment": ("Sociale Zaken",),
    "Social Affairs": ("Sociale Zaken",),
    "Housing": ("Volkshuisvesting", "Wonen"),
    "Health, Welfare and Sport": ("Volksgezondheid",),
    "Health": ("Volksgezondheid",),
}
"""A ministry in English, the longer name first, to the names in Dutch, or how these begin."""

NAME_PARTICLES = frozenset("van de den der het 't te ten ter von la le el al ben in op aan bin zu du".split())
"""What stands before the last word of a surname and belongs to it, in small letters."""
