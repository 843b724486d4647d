"""Split a run of topics that a page prints without separators, by the official topic list.

The names are those of the government's topic list for official publications (TOOI, "TOP-lijst": main topics and
subtopics), in lower case.
"""

from collections.abc import Iterable

_NAMES = """
    afval; afvalstoffen; aanbesteding; arbeidsomstandigheden; arbeidsvoorwaarden; basisonderwijs; basisregistraties;
    beroepsonderwijs; belasting; bestuur; bestuursrecht; betalingsverkeer; bezwaar en klachten; bodem; bouwen en
    verbouwen; bouwnijverheid; burgerlijk recht; buurten; caribische landen; communicatie; consumenten; criminaliteit;
    cultuur; cultuur en recreatie; cultureel erfgoed; de nederlandse antillen en aruba; defensie; dieren; drank;
    drugs; economie; energie; ethiek; europese zaken; familie; financieel toezicht; financiën; geluid; gemeenten;
    geneesmiddelen en medische hulpmiddelen; gezin en kinderen; gezondheidsrisico's; gezondheidsrisico’s;
    handel; hoger onderwijs; horeca; huis; huisvesting; huren en verhuren; ict; industrie; inburgering; inkomen;
    inkomensbeleid; integratie; internationaal; internationale samenwerking; internationale betrekkingen;
    internationaal recht; internet; jeugd; jeugdzorg; jongeren; koninklijk huis; kopen en verkopen; kunst; landbouw;
    levensloop; lucht; luchtvaart; markttoezicht; media; militaire missies; migratie; migratie en integratie;
    milieu; monumenten; natuur; natuur- en landschapsbeheer; natuur en milieu; netwerken; ngo's; onderwijs;
    onderwijs en wetenschap; ondernemen; ontslag; ontwikkelingssamenwerking; openbare orde en veiligheid; organisatie
    en beleid; organisatie en bedrijfsvoering; ouderen; overheidsfinanciën; overheidspersoneel; overige economische
    sectoren; overige vormen van onderwijs; parlement; pensioenen; planten; politie; politie, brandweer en
    hulpdiensten; post; privacy; provincies; rampen; recht; rechtspraak; recreatie; reizen; religie; rijksoverheid;
    ruimte en infrastructuur; ruimtelijke ordening; samenleving; scheiden; scheepvaart; schulden; slachtoffers;
    sociale zekerheid; spoor; sport; staatsrecht; staatsveiligheid; stoffen; strafrecht; telecommunicatie; terrorisme;
    toerisme; transport; uitkeringen; veeteelt; verblijf; verkeer; verkiezingen; verslaving; verzekeringen; visserij;
    vluchtelingen; voedselkwaliteit; voorbereidend onderwijs; voortgezet onderwijs; vreemdelingen; vreemdelingenrecht;
    vrijwilligers; waterbeheer; waterkeringen; waterkwaliteit; water; waterschappen; weg; welzijn; werk;
    werkgelegenheid; werkloosheid; wetenschap; woningmarkt; ziekten en behandelingen; ziekte en
    arbeidsongeschiktheid; zorg; zorg en gezondheid; zorgverzekeringen; zwangerschap en geboorte; geneeskunde;
    gevaarlijke stoffen; vervoer; mensenrechten; discriminatie; gelijke behandeling; emancipatie; asiel; energie en
    klimaat; klimaat; arbeid; arbeidsmarkt; verzorging; verpleging; toezicht; volwassenenonderwijs
    """
TOPICS = frozenset(" ".join(topic.split()) for topic in _NAMES.split(";"))
"""The known topics, in lower case."""

_LONGEST = max(len(topic.split()) for topic in TOPICS)


def split_topics(text: str) -> tuple[str, ...]:
    """Return the topics of "natuur en milieu organisatie en beleid werk": the longest known name at each place.

    Words between known names that are none themselves stay together as one topic. Text with separators (";",
    "|") is split at these alone.
    """
    for separator in ("|", ";"):
        if separator in text:
            return _unique(" ".join(part.split()) for part in text.split(separator))
    words = text.split()
    found: list[str] = []
    unknown: list[str] = []
    at = 0
    while at < len(words):
        size = next((size for size in range(_LONGEST, 0, -1) if " ".join(words[at : at + size]).lower() in TOPICS), 0)
        if not size:
            unknown.append(words[at])
            at += 1
            continue
        found += [" ".join(unknown), " ".join(words[at : at + size])]
        unknown = []
        at += size
    return _unique([*found, " ".join(unknown)])


def _unique(topics: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(topic for topic in topics if topic))
