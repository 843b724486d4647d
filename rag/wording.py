"""The words of an answer in plain text, in Dutch or English: citations, refusals, the lines around the sentences."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby

from rag.gaps import joined
from rag.notes import notes_of
from rag.records import Answer, Hit, Passage, Person, Sentence, citation_of, cited_in
from rag.sentences import YES_OR_NO
from rag.support import NEAREST
from rag.understand import Span

NEAREST_SHOWN = 3
"""How many of the passages that are near, and no answer, are shown."""

_YES_OR_NO = re.compile(rf"{YES_OR_NO}\b", re.IGNORECASE)
_MONTHS = {
    "nl": "januari februari maart april mei juni juli augustus september oktober november december".split(),
    "en": "January February March April May June July August September October November December".split(),
}
TEXTS = {
    "nl": {
        "nearest": "Hierover vond ik geen antwoord van het kabinet.",
        "nearest_list": "Dit komt het dichtst in de buurt, maar is geen antwoord op de vraag:",
        "declined": "Hierover vond ik niets in de antwoorden op Kamervragen.",
        "no_question": "Dit is geen vraag over antwoorden op Kamervragen. Vraag bijvoorbeeld wat het kabinet over een "
        "onderwerp heeft geantwoord.",
        "no_subject": "De vraag noemt geen onderwerp. Dit zijn Kamervragen die er verder aan voldoen; Zoeken heeft ze "
        "alle.",
        "records": "Hierover vond ik {count} in deze index, hier op datum.",
        "records_many": "Hierover vond ik veel Kamervragen; dit zijn er {count}, op datum. Zoeken heeft ze alle.",
        "one": "1 Kamervraag",
        "several": "{count} Kamervragen",
        "empty": "Met deze filters blijft geen enkele vraag over.",
        "unsure": "Dit komt het dichtst bij de vraag; of het er een antwoord op is, is niet zeker.",
        "asked": "Gevraagd",
        "asked_by": "gevraagd door",
        "by": "door",
        "answered": "Beantwoord",
        "missing": "Niet in deze index: {missing}.",
        "restricted": "Met {words} vond ik hierop geen antwoord, zonder dat wel.",
        "dropped": "Niets in de index voldoet ook aan {words}; daarop is niet gelet.",
        "also": "Ook in",
        "newer": "Later beantwoord over dit onderwerp",
        "footnote": "Voetnoot",
        "footnote_missing": "(tekst staat niet in de bron)",
        "no_words": "De vraag is leeg. Stel een vraag in woorden, bijvoorbeeld wat het kabinet over een onderwerp "
        "heeft geantwoord.",
    },
    "en": {
        "nearest": "I found no answer by the cabinet to this.",
        "nearest_list": "This comes closest, but does not answer the question:",
        "declined": "I found nothing about this in the answers to parliamentary questions.",
        "no_question": "This is not a question about answers to parliamentary questions. Ask, for example, what the "
        "cabinet answered on a subject.",
        "no_subject": "The question names no subject. These Kamervragen otherwise meet it; Search has them all.",
        "records": "I found {count} on that subject in this index, here by date.",
        "records_many": "I found many Kamervragen on that subject; these are {count}, by date. Search has them all.",
        "one": "1 Kamervraag",
        "several": "{count} Kamervragen",
        "empty": "With these filters no question remains.",
        "unsure": "This comes closest to the question; whether it answers it is not certain.",
        "asked": "Asked",
        "asked_by": "asked by",
        "by": "by",
        "answered": "Answered",
        "missing": "Not in this index: {missing}.",
        "restricted": "With {words} I found no answer to this, without it I did.",
        "dropped": "Nothing in the index also meets {words}; that was left out of account.",
        "also": "Also in",
        "newer": "Answered later on this subject",
        "footnote": "Footnote",
        "footnote_missing": "(text not in the source)",
        "no_words": "The question is empty. Ask something in words, for example what the cabinet answered on a "
        "subject.",
    },
}


def day_in_words(day: date, language: str = "nl") -> str:
    """Return "2 juni 2022"."""
    return f"{day.day} {_MONTHS[language][day.month - 1]} {day.year}"


def people_in_words(people: Sequence[Person], *, with_role: bool = False) -> str:
    """Return names with parties ("Senna Maatoug (GL)"), or with roles before ("minister van X Jan Jansen")."""
    return "; ".join(
        f"{person.name}, {person.role}"
        if with_role and person.role
        else f"{person.name} ({person.party})"
        if person.party
        else person.name
        for person in people
    )


def answer_text(
    sentences: Sequence[Sentence], passages: dict[str, Passage], language: str = "nl", *, quoted: bool = True
) -> str:
    """Return the sentences, each run with the same sources as a paragraph closed by citations and days.

    Above a paragraph that opens with yes or no stands the vraag that it says so to (`answered_vraag`). Between
    sentences that do not follow one another in the antwoord stands […], unless they are no quotations.
    """
    paragraphs = []
    for cited, run in groupby(sentences, key=lambda sentence: sentence.citations):
        words = [sentence.text for sentence in run]
        vraag = answered_vraag(words[0], passages[cited[0]])
        asked = f"{TEXTS[language]['asked']}: {vraag}\n" if vraag else ""
        sources = "; ".join(_source(passages[name], language) for name in cited)
        said = joined(words, passages[cited[0]].answer) if quoted else " ".join(words)
        paragraphs.append(f"{asked}{said} ({sources})")
    return "\n\n".join(paragraphs)


def answered_vraag(sentence: str, passage: Passage) -> str | None:
    """Return the vraag to which a sentence says yes or no, None where it does not.

    Without it "Nee." reads as the answer to the user's question, which is another one.
    """
    opens = _YES_OR_NO.match(sentence) and (passage.answer or "").startswith(sentence)
    return passage.question if opens else None


def _source(passage: Passage, language: str) -> str:
    day = f", {day_in_words(passage.answered, language)}" if passage.answered else ""
    return f"{passage.citation}{day}"


def note_lines(sentences: Sequence[Sentence], passages: Mapping[str, Passage], language: str = "nl") -> list[str]:
    """Return the footnotes whose marks stand in quotations, a line each.

    Args:
        sentences: Quoted word for word.
        passages: Those that they cite, by id.
        language: Of the words around the footnotes.
    """
    return [
        f"{TEXTS[language]['footnote']} {note.mark} ({note.passage.citation}): "
        f"{' '.join(note.text.split()) or TEXTS[language]['footnote_missing']}"
        for name in cited_in(sentences)
        for note in (notes_of(sentences, passages[name]) if name in passages else [])
    ]


def notes_text(answer: Answer, language: str = "nl") -> str:
    """Return the footnotes whose marks stand in the sentences quoted, a line each; "" where there are none."""
    quoted = () if answer.model else answer.sentences
    return "\n".join(note_lines(quoted, {hit.id: hit.passage for hit in answer.hits}, language))


def newer_text(answer: Answer, language: str = "nl") -> str:
    """Return where the cabinet answered later on the subject of an answer that does not quote it; "" where nowhere."""
    cited = cited_in(answer.sentences)
    names = [name for name in dict.fromkeys(answer.newer.values()) if name not in cited]
    passages = {hit.id: hit.passage for hit in answer.hits}
    sources = "; ".join(_source(passages[name], language) for name in names if name in passages)
    return f"{TEXTS[language]['newer']}: {sources}" if sources else ""


def refusal_text(outcome: str, reason: str, hits: Sequence[Hit], language: str = "nl", *, listed: bool = False) -> str:
    """Return the reason, and for "nearest" the passages that come closest, by citation and title or vraag.

    Where they are `listed` they are what was asked for, a line for each Kamervraag, and the reason introduces them.
    """
    if outcome != NEAREST or not hits:
        return reason
    if listed:
        heads = [(kamervraag_in_words(hit.passage, language), hit.passage) for hit in hits]
    else:
        heads = [(hit.citation, hit.passage) for hit in hits[:NEAREST_SHOWN]]
    lines = [f"- {head}: {passage.title or (passage.question or '')[:120]}" for head, passage in heads]
    return "\n".join([reason, *([] if listed else [TEXTS[language]["nearest_list"]]), *lines])


def records_text(count: int, language: str = "nl", *, more: bool = False) -> str:
    """Return how many Kamervragen on a subject are listed; `more` where there may be others."""
    if more:
        return TEXTS[language]["records_many"].format(count=count)
    counted = TEXTS[language]["one" if count == 1 else "several"].format(count=count)
    return TEXTS[language]["records"].format(count=counted)


def kamervraag_in_words(passage: Passage, language: str = "nl") -> str:
    """Return "Kamervraag 2022Z04736, gevraagd door Senna Maatoug (GL), beantwoord 2 juni 2022 door Rob Jetten"."""
    texts = TEXTS[language]
    said, day = "answered" if passage.answered else "asked", passage.day
    askers = f", {texts['asked_by']} {people_in_words(passage.askers)}" if passage.askers else ""
    when = f", {texts[said].lower()} {day_in_words(day, language)}" if day else ""
    by = f" {texts['by']} {people_in_words(passage.answerers)}" if passage.answered and passage.answerers else ""
    return f"Kamervraag {passage.document}{askers}{when}{by}"


def dropped_text(dropped: Sequence[Span], language: str = "nl") -> str:
    """Return that some words of the question were left out of account; "" where none were."""
    return TEXTS[language]["dropped"].format(words=_in_quotes(dropped)) if dropped else ""


def restricted_text(restricting: Sequence[Span], language: str = "nl") -> str:
    """Return that nothing answers within what the question names besides its subject, and something else does."""
    return TEXTS[language]["restricted"].format(words=_in_quotes(restricting))


def _in_quotes(spans: Sequence[Span]) -> str:
    return ", ".join(f"“{words}”" for words in dict.fromkeys(span.words for span in spans))


def missing_text(missing: str, language: str = "nl") -> str:
    """Return that the index does not have what a question names ("Kamervraag 2022Z04736, vraag 19")."""
    return TEXTS[language]["missing"].format(missing=missing)


def also_text(also: Sequence[str], language: str = "nl") -> str:
    """Return where the same answer stands as well, by the ids of the passages; "" where it stands nowhere else."""
    cited = "; ".join(citation_of(*name.rsplit("/", 1)) for name in also)
    return f"{TEXTS[language]['also']} {cited}" if cited else ""


def hit_text(hit: Hit) -> str:
    """Return a hit as a paragraph for a terminal: citation, day, title, vraag, start of the antwoord, doubles, link."""
    passage = hit.passage
    day = passage.day
    when = f" ({'' if passage.answered else 'gevraagd '}{day_in_words(day)})" if day else ""
    head = f"{hit.score:6.2f}  {hit.citation}{when}{': ' + passage.title if passage.title else ''}"
    lines = [passage.question, passage.answer, also_text(hit.also), passage.url]
    return "\n".join([head, *(f"        {line[:200]}" for line in lines if line), ""])
