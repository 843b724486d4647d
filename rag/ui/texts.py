"""Every word of the interface in one table: Dutch first, English beside it."""

from collections.abc import Mapping

LANGUAGES = ("nl", "en")
"""The languages of the interface; the first is the default."""

TABLE: Mapping[str, tuple[str, str]] = {
    # The page
    "tagline": (
        "Wat heeft het kabinet de Kamer hierover geantwoord?",
        "What did the Dutch cabinet answer to Parliament?",
    ),
    "other_language": ("English", "Nederlands"),
    "banner": (
        "Voorbeeldcorpus: dit zijn verzonnen Kamervragen. Geen enkel antwoord is echt gegeven.",
        "Sample corpus: these Kamervragen are invented. No minister ever gave any of these answers.",
    ),
    "banner_label": ("Fictief", "Fictional"),
    "footer": (
        "Antwoorden zijn letterlijke citaten. Lees de bron voordat u citeert.",
        "Answers are literal quotations. Read the source before you quote.",
    ),
    "program": ("Voor programma's: API", "For programs: API"),
    "tab_chat": ("Vragen", "Ask"),
    # Asking
    "intro_title": ("Stel een vraag aan de antwoorden van het kabinet", "Ask the cabinet's answers a question"),
    "intro": (
        "Kamerleden stellen schriftelijke vragen, ministers antwoorden. U krijgt hun eigen zinnen te lezen, "
        "met bij elke zin de vraag waar die uit komt.",
        "Members of Parliament put written questions, ministers answer. You read their own sentences, each with the "
        "question it comes from. The sources are in Dutch.",
    ),
    "examples": ("Bijvoorbeeld", "For example"),
    "question": ("Uw vraag", "Your question"),
    "placeholder": ("Waarover wilt u iets weten?", "What would you like to know?"),
    "send": ("Vraag", "Ask"),
    "new": ("Nieuw gesprek", "New conversation"),
    "thread": ("Gesprek", "Conversation"),
    "loading": ("Zoeken in de antwoorden", "Searching the answers"),
    "understood": ("Begrepen als", "Understood as"),
    "answer_of": ("{role}, {day}", "{role}, {day}"),
    "no_answer": ("Geen antwoord gevonden", "No answer found"),
    "nearest": (
        "Dit komt het dichtst in de buurt, maar is geen antwoord op de vraag:",
        "This comes closest, but does not answer the question:",
    ),
    "declined": ("Niets gevonden", "Nothing found"),
    "failed": ("Dat lukte niet", "That did not work"),
    "broken": (
        "Er ging iets mis in het programma. Probeer het opnieuw; blijft het misgaan, herstart dan Kamerwijzer.",
        "Something went wrong in the program. Try again; if it keeps failing, restart Kamerwijzer.",
    ),
    "copy_answer": ("Kopieer antwoord", "Copy answer"),
    "status_answered": ("Antwoord gevonden, bronnen: {count}.", "Answer found, sources: {count}."),
    "open_source": ("Bron {number}: {citation}", "Source {number}: {citation}"),
    "share": ("Kopieer link", "Copy link"),
    "filtered": ("Gefilterd", "Filtered"),
    "moved_on": (
        "De index is vernieuwd sinds deze link werd gemaakt; het antwoord kan anders zijn.",
        "The index was renewed since this link was made; the answer may differ.",
    ),
    "keep": ("Bewaar dit gesprek", "Keep this conversation"),
    "keep_markdown": ("Markdown", "Markdown"),
    "keep_bibtex": ("BibTeX", "BibTeX"),
    "keep_ris": ("RIS", "RIS"),
    "keep_csl": ("CSL-JSON", "CSL-JSON"),
    # Filters
    "filters": ("Filters", "Filters"),
    "all": ("Alle", "All"),
    "yes": ("Ja", "Yes"),
    "no": ("Nee", "No"),
    "day_form": ("jjjj-mm-dd", "yyyy-mm-dd"),
    "drop": ("Verwijder filter {filter}", "Remove filter {filter}"),
    "filter_party": ("Partij", "Party"),
    "filter_asker": ("Gevraagd door", "Asked by"),
    "filter_role": ("Functie", "Office"),
    "filter_answerer": ("Beantwoord door", "Answered by"),
    "filter_topic": ("Onderwerp", "Topic"),
    "filter_answered": ("Beantwoord", "Answered"),
    "filter_asked_from": ("Gevraagd vanaf", "Asked from"),
    "filter_asked_to": ("Gevraagd tot en met", "Asked until"),
    "filter_answered_from": ("Beantwoord vanaf", "Answered from"),
    "filter_answered_to": ("Beantwoord tot en met", "Answered until"),
    # Sources
    "sources": ("Bronnen", "Sources"),
    "sources_nearest": ("Dichtstbijzijnde vragen", "Nearest questions"),
    "nearest_note": ("Deze vragen beantwoorden uw vraag niet.", "These do not answer your question."),
    "sources_empty": (
        "Hier verschijnen de Kamervragen waar een antwoord uit komt.",
        "The Kamervragen that an answer comes from appear here.",
    ),
    "vraag": ("Vraag {number}", "Vraag {number}"),
    "antwoord": ("Antwoord", "Answer"),
    "antwoord_with": ("Antwoord, samen met vraag {numbers}", "Answer, together with vraag {numbers}"),
    "mededeling": ("Mededeling", "Notice of delay"),
    "unanswered": ("Nog niet beantwoord.", "Not answered yet."),
    "asked_by": ("Gevraagd door", "Asked by"),
    "answered_by": ("Beantwoord door", "Answered by"),
    "asked": ("Gevraagd", "Asked"),
    "answered": ("Beantwoord", "Answered"),
    "footnotes": ("Voetnoten", "Footnotes"),
    "footnote_missing": ("(tekst staat niet in de bron)", "(text not in the source)"),
    "official": ("Officiële publicatie", "Official publication"),
    "official_question": ("Officiële publicatie van de vraag", "Official publication of the question"),
    "formal": ("Formeel", "Formal"),
    "copy_citation": ("Kopieer verwijzing", "Copy citation"),
    "copied": ("Gekopieerd", "Copied"),
    "read_all": ("Lees de hele Kamervraag", "Read the whole Kamervraag"),
    "back": ("Terug naar de bronnen", "Back to the sources"),
    "back_to_answer": ("Terug naar het antwoord", "Back to the answer"),
    "previous": ("Vorige", "Previous"),
    "next": ("Volgende", "Next"),
    "go_to": ("Ga naar vraag", "Go to vraag"),
    "cited_here": ("Geciteerd", "Quoted"),
    "new_window": ("opent in een nieuw venster", "opens in a new window"),
    "unknown_source": ("Deze bron staat niet meer in de index.", "This source is no longer in the index."),
    # Ages
    "age_today": ("vandaag", "today"),
    "age_days": ("{count} dagen geleden", "{count} days ago"),
    "age_day": ("gisteren", "yesterday"),
    "age_months": ("{count} maanden geleden", "{count} months ago"),
    "age_month": ("een maand geleden", "a month ago"),
    "age_years": ("{count} jaar geleden", "{count} years ago"),
    "age_year": ("een jaar geleden", "a year ago"),
}

SAMPLE_QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "nl": (
        "Wat kost de dijkversterking langs de Veerne?",
        "Mag er vuurwerk worden afgestoken in natuurgebieden?",
        "Krijg ik mijn geld terug als de nachttrein uitvalt?",
        "Wat kost een zwemdiploma A?",
        "Mag een zorgrobot gesprekken opnemen?",
        "Hoeveel geld krijgt een schapenhouder voor een gedood schaap?",
    ),
    "en": (
        "What does the reinforcement of the Veerne dike cost?",
        "Are fireworks allowed in nature reserves?",
        "Do I get my money back when the night train is cancelled?",
        "What does a swimming diploma cost?",
        "How many households can the fusion power plant supply?",
        "How many night flights does Zuiderplas airport have?",
    ),
}
"""Example questions over the fictional sample."""


def text(key: str, language: str = "nl", **values: object) -> str:
    """Return a text of the table, with its places filled in.

    Raises:
        KeyError: The key is not in the table.
    """
    return TABLE[key][LANGUAGES.index(language)].format(**values)


def known_language(wanted: object) -> str:
    """Return the language wanted, or the default where it is none of ours."""
    return wanted if isinstance(wanted, str) and wanted in LANGUAGES else LANGUAGES[0]
