"""The checker's rules as worked examples: what a sentence may say of the passage it cites, and what not."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.build import build_index
from rag.records import Kamervraag, Passage, Person, Vraag
from rag.retrieve import Retriever
from rag.sentences import split_sentences
from rag.verify import MEANING, NAME, NEGATION, NUMBER, SUPPORTED, UNCITED, Checker
from rag.verify.alignment import changes, name_changed, negation_changed, negation_moved, number_changed
from rag.verify.names import missing_names
from rag.verify.polarity import contradicts, has_negation, is_bare, opening_of, opposes
from rag.verify.quantities import quantities, same

BRIDGE = Vraag(
    "1",
    "Wanneer wordt de brug bij Meerwoude vervangen en wat kost dat?",
    "De brug bij Meerwoude wordt in het najaar van 2101 vervangen. De kosten worden geraamd op € 12,5 miljoen, waarvan "
    "het rijk 40% betaalt. De provincie Noordveen heeft nog niet ingestemd met het ontwerp. Voor fietsers komt er geen "
    "tijdelijke brug.",
)
REFUSED = Vraag("2", "Bent u bereid de tol voor vrachtwagens af te schaffen?", "Nee. De tol blijft bestaan tot 2110.")
AGREED = Vraag("3", "Klopt het dat de brug in 2088 is afgekeurd voor zwaar vrachtverkeer?", "Ja.")
DOCUMENT = Kamervraag(
    "2099Z00101",
    (BRIDGE, REFUSED, AGREED, Vraag("4", "Komt er een tunnel?")),
    title="Brug bij Meerwoude",
    asked=datetime.date(2099, 1, 3),
    answered=datetime.date(2099, 2, 2),
    askers=(Person("Jorrit Waldekamp", "KUVE"),),
    answerers=(Person("Mila Roggeveld", "GRH", "minister van Waterwegen"),),
)


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    from embeddings.encoder import open_encoder

    folder = tmp_path_factory.mktemp("verify")
    encoder = open_encoder()
    build_index([DOCUMENT], folder, encoder)
    return Retriever.open(folder, encoder=encoder)


@pytest.fixture
def checker(retriever: Retriever) -> Checker:
    return Checker(retriever.encoder, retriever.means, retriever.words)


def passages(retriever: Retriever, numbers: str) -> list[Passage]:
    return retriever.store.by_id(f"2099Z00101/{number}" for number in numbers)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sentence", "cited", "reason"),
    [
        ("De kosten worden geraamd op € 12,5 miljoen, waarvan het rijk 40% betaalt.", "1", SUPPORTED),
        ("De nieuwe brug kost naar raming 12,5 miljoen euro.", "1", SUPPORTED),
        ("Het rijk betaalt 40 procent van de kosten van de brug.", "1", SUPPORTED),
        ("De provincie Noordveen is nog niet akkoord met het ontwerp.", "1", SUPPORTED),
        ("Fietsers krijgen geen tijdelijke brug.", "1", SUPPORTED),
        ("The bridge at Meerwoude will be replaced in the autumn of 2101.", "1", SUPPORTED),
        ("The costs are estimated at €12.5 million, 40% of which is paid by the state.", "1", SUPPORTED),
        ("De minister is niet bereid de tol voor vrachtwagens af te schaffen.", "2", SUPPORTED),
        ("De brug is in 2088 afgekeurd voor zwaar vrachtverkeer.", "3", SUPPORTED),
        ("De brug wordt in 2101 vervangen en de tol blijft tot 2110.", "12", SUPPORTED),
        ("De kosten worden geraamd op € 13,5 miljoen.", "1", NUMBER),
        ("De kosten worden geraamd op € 12,5 miljard.", "1", NUMBER),
        ("The costs are estimated at €12,500 million.", "1", NUMBER),
        ("De brug wordt in de winter van 2102 vervangen.", "1", NUMBER),
        ("De kosten worden geraamd op € 40 miljoen.", "1", NUMBER),
        ("De provincie Zuidmaat heeft nog niet ingestemd met het ontwerp.", "1", NAME),
        ("Volgens Rijkswaterstaat wordt de brug in 2101 vervangen.", "1", NAME),
        ("De provincie Noordveen heeft ingestemd met het ontwerp.", "1", NEGATION),
        ("Voor fietsers komt er een tijdelijke brug.", "1", NEGATION),
        ("De brug bij Meerwoude wordt in het najaar van 2101 niet vervangen.", "1", NEGATION),
        ("De minister is bereid de tol voor vrachtwagens af te schaffen.", "2", NEGATION),
        ("Ja, de tol wordt afgeschaft.", "2", NEGATION),
        ("Voor fietsers komt er een tijdelijke veerboot over de rivier.", "2", MEANING),
        ("De scholen in de regio krijgen meer leraren.", "1", MEANING),
        ("Nee.", "2", SUPPORTED),
        ("Ja.", "1", MEANING),
        ("Er komt een tunnel.", "4", MEANING),
        ("De brug wordt vervangen.", "", UNCITED),
    ],
)
def test_verdicts(checker: Checker, retriever: Retriever, sentence: str, cited: str, reason: str) -> None:
    assert checker.check(sentence, passages(retriever, cited)).reason == reason


@pytest.mark.slow
def test_a_verdict_names_what_is_missing(checker: Checker, retriever: Retriever) -> None:
    (passage,) = passages(retriever, "1")
    assert checker.check("De brug wordt in 2105 vervangen.", [passage]).detail == "2105"
    assert checker.check("De brug is van Noordveen en Zuidmaat.", [passage]).detail == "Zuidmaat"
    assert checker.check("De brug bij Meerwoude wordt vervangen door Mila Roggeveld.", [passage]).reason != NAME


@pytest.mark.parametrize(
    ("claimed", "given"),
    [
        ("€ 2,3 mln.", "2,3 miljoen euro"),
        ("2300000 euro", "€ 2,3 mln."),
        ("tien", "10"),
        ("tweeëntwintig", "22"),
        ("3 mei 2099", "3-5-2099"),
        ("2099-05-03", "op 3 mei 2099"),
        ("mei 2099", "3 mei 2099"),
        ("in 2099", "op 3 mei 2099"),
        ("18,8%", "18,8 procent"),
        ("28%", "28 tot 33%"),
        ("€ 286 miljoen", "van 286 naar 341 miljoen euro"),
        ("1.150 euro", "€ 1.150"),
        ("300", "€ 300"),
        ("de tweede", "de 2e"),
        ("20:30", "20.30 uur"),
        ("vrijdag", "op vrijdagen"),
        ("de A12", "langs de a12"),
        ("anderhalf jaar", "een jaar"),
    ],
)
def test_quantities_that_say_the_same(claimed: str, given: str) -> None:
    assert all(any(same(one, other) for other in quantities(given)) for one in quantities(claimed))


@pytest.mark.parametrize(
    ("claimed", "given"),
    [
        ("€ 2,3 mln.", "€ 2,3 mld."),
        ("€ 2,3 mln.", "2,3 miljoen mensen"),
        ("3 mei 2099", "mei 2099"),
        ("3 mei 2099", "3 juni 2099"),
        ("mei 2098", "3 mei 2099"),
        ("10%", "10"),
        ("1,5", "15"),
        ("1.500", "1,5"),
        ("de derde", "3"),
        ("vrijdag", "donderdag"),
        ("de A12", "de A2"),
        ("twaalf", "twee"),
    ],
)
def test_quantities_that_differ(claimed: str, given: str) -> None:
    assert quantities(claimed)
    assert not any(same(one, other) for one in quantities(claimed) for other in quantities(given))


@pytest.mark.parametrize("text", ["Dat acht ik van belang.", "Een brug en een weg.", "voor het eerst", "one of them"])
def test_words_that_are_no_numbers(text: str) -> None:
    assert quantities(text) == []


@settings(deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 99))
def test_a_number_reads_back_from_dutch_and_english_spelling(whole: int, cents: int) -> None:
    english = f"{whole:,}.{cents:02}"
    dutch = english.translate(str.maketrans(",.", ".,"))
    value = Decimal(whole) + Decimal(cents) / 100
    for text, is_english in ((f"€ {dutch}", False), (f"{dutch} euro", False), (f"€{english}", True)):
        assert [quantity.value for quantity in quantities(text, english=is_english)] == [value]


@settings(deadline=None)
@given(st.dates(datetime.date(1815, 1, 1), datetime.date(2199, 12, 31)))
def test_a_day_reads_back_from_every_spelling(day: datetime.date) -> None:
    months = "januari februari maart april mei juni juli augustus september oktober november december".split()
    spelled = (day.isoformat(), f"{day.day}-{day.month}-{day.year}", f"{day.day} {months[day.month - 1]} {day.year}")
    read = [quantities(text)[0] for text in (*spelled, day.strftime("%B %-d, %Y"))]
    assert all(same(one, other) for one in read for other in read)


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("0123456789.,-€% aehtmeijnl/:ëA"), max_size=60))
def test_quantities_of_any_text_lie_apart_in_order(text: str) -> None:
    borders = [place for found in quantities(text) for place in (found.start, found.end)]
    assert borders == sorted(borders)
    assert all(found.start < found.end <= len(text) for found in quantities(text))


@pytest.mark.parametrize(
    ("sentence", "text", "missing"),
    [
        ("De provincie Noordveen stemt in.", "provincie Noordveen", []),
        ("De Noordveense gedeputeerde stemt in.", "de provincie Noordveen", []),
        ("Nederland betaalt.", "het Nederlandse deel", []),
        ("Het CBS meldt dit.", "volgens het CBS", []),
        ("Het kabinet en de Tweede Kamer.", "", []),
        ("Bewoners krijgen geld.", "iedereen", []),
        ("Krijgt u geld?", "", []),
        ("In maart is dat klaar.", "", []),
        ("De provincie Zuidmaat stemt in.", "provincie Noordveen", ["Zuidmaat"]),
        ("Het RIVM meldt dit.", "volgens het CBS", ["RIVM"]),
        ("Waldekamp van KUVE vroeg dat.", "Jorrit Waldekamp (KUVE)", []),
        ("De brief van Van Dam en De Wit.", "de brief van Van Dam", ["Wit"]),
    ],
)
def test_names_that_the_texts_do_not_have(sentence: str, text: str, missing: list[str]) -> None:
    assert missing_names(sentence, [text]) == missing


@pytest.mark.parametrize(
    ("text", "opening"),
    [
        ("Ja.", True),
        ("Ja, dat klopt niet helemaal.", True),
        ("Dat klopt.", True),
        ("Nee, dat gebeurt wel.", False),
        ("Dat is niet juist.", False),
        ("Die garantie kan ik niet geven.", False),
        ("Het kabinet wil dat niet.", None),
        ("Jaarlijks komt er geld bij.", None),
    ],
)
def test_how_a_text_opens(text: str, opening: bool | None) -> None:
    assert opening_of(text) is opening


@pytest.mark.parametrize(("text", "bare"), [("Ja.", True), ("Nee!", True), ("Ja, dat klopt.", False), ("Dat.", False)])
def test_bare_replies(text: str, bare: bool) -> None:
    assert is_bare(text) is bare


@pytest.mark.parametrize(
    ("claim", "evidence", "expected"),
    [
        ("De termijn wordt niet verlengd.", "De termijn wordt verlengd tot mei.", True),
        ("De termijn wordt verlengd.", "De termijn wordt niet verlengd.", True),
        ("Er komt een tweede brug over de rivier.", "Er komt geen tweede brug over de rivier.", True),
        ("Vuurwerk in natuurgebieden is toegestaan.", "Vuurwerk in natuurgebieden is verboden.", True),
        ("De termijn wordt niet verlengd.", "De termijn wordt niet verlengd, maar de boete vervalt.", False),
        ("De tien plaatsen werden niet vervuld.", "De tien plaatsen bleven onvervuld.", False),
        ("De tien plaatsen werden vervuld.", "De tien plaatsen bleven onvervuld.", True),
        ("Niet alleen de gemeente, ook het rijk betaalt.", "De gemeente en het rijk betalen.", False),
        ("Er mogen niet meer dan tien mensen komen.", "Ten hoogste tien mensen mogen komen.", False),
        ("De provincie betaalt de brug.", "De provincie betaalt de brug. De tol geldt niet voor bussen.", False),
    ],
)
def test_a_claim_against_its_source(claim: str, evidence: str, expected: bool) -> None:
    assert contradicts(claim, split_sentences(evidence)) is expected


@pytest.mark.parametrize(
    ("claim", "opening", "expected"),
    [
        ("De minister wil de tol afschaffen.", False, True),
        ("De minister wil de tol niet afschaffen.", False, False),
        ("De minister wil de tol niet afschaffen.", True, True),
        ("De minister wil de tol afschaffen.", True, False),
    ],
)
def test_yes_and_no_say_what_was_asked(claim: str, opening: bool, expected: bool) -> None:
    asked = "Bent u bereid de tol af te schaffen?"
    evidence = [] if not opening else [asked]
    assert contradicts(claim, evidence, asked, opening) is expected


@pytest.mark.parametrize(
    ("claim", "evidence", "expected"),
    [
        ("Het tarief stijgt.", "Het tarief daalt.", True),
        ("Minstens tien woningen.", "Ten hoogste tien woningen.", True),
        ("Het tarief stijgt.", "Het tarief stijgt eerst en daalt daarna.", False),
        ("Het tarief stijgt niet.", "Het tarief daalt.", False),
    ],
)
def test_opposite_words(claim: str, evidence: str, expected: bool) -> None:
    assert opposes(claim, [evidence]) is expected


@pytest.mark.parametrize(
    ("text", "denials", "expected"),
    [
        ("Dat komt er niet.", False, True),
        ("That won't happen.", False, True),
        ("Nee, dat komt er.", False, False),
        ("Dat is verboden.", False, False),
        ("Dat is verboden.", True, True),
    ],
)
def test_negations(text: str, denials: bool, expected: bool) -> None:
    assert has_negation(text, denials=denials) is expected


SOURCE = "De gemeente Veerne betaalde in 2098 ruim 40 procent van de kosten."


@pytest.mark.parametrize(
    ("claim", "changed"),
    [
        ("De gemeente Veerne betaalde in 2098 ruim 45 procent van de kosten.", {"number"}),
        ("De gemeente Lindeveld betaalde in 2098 ruim 40 procent van de kosten.", {"name"}),
        ("De gemeente Veerne betaalde in 2098 niet ruim 40 procent van de kosten.", {"negation"}),
        ("De gemeente Veerne betaalde in 2098 ongeveer 40 procent van de kosten.", set()),
        ("In Lindeveld is 45 procent niet betaald.", set()),
    ],
)
def test_changes_of_a_near_quote(claim: str, changed: set[str]) -> None:
    rules = {"number": number_changed, "name": name_changed, "negation": negation_changed}
    found = changes(claim, SOURCE)
    assert {name for name, rule in rules.items() if any(rule(change) for change in found)} == changed


def test_a_negation_that_only_stands_elsewhere_is_no_change() -> None:
    source = "In Veerne is de brug niet vervangen dit jaar."
    found = changes("In Veerne is niet de brug vervangen dit jaar.", source)
    assert any(negation_changed(change) for change in found)
    assert negation_moved(found)
    assert not negation_moved(
        changes("In Veerne is de brug dit jaar vervangen.", "In Veerne is de brug niet vervangen.")
    )
