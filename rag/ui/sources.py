"""The sources panel as HTML: a card for each vraag cited, and the whole Kamervraag around one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rag.index import Passages
from rag.records import Passage
from rag.references import Reference, VraagLinks, links_within
from rag.store import kamervraag_of
from rag.ui.markup import escape
from rag.ui.reading import Lead, facts_html, official_html, text_html
from rag.ui.texts import text
from rag.ui.turns import Turn
from rag.ui.words import formal_citation, place_in_words
from rag.wording import day_in_words


@dataclass(frozen=True, slots=True)
class Panel:
    """Writes the panel over one store; `today` is for the age of a source."""

    store: Passages
    language: str
    today: date

    def empty(self) -> str:
        """Return the panel before anything is asked."""
        return self._panel("sources", f'<p class="kw-quiet">{self._text("sources_empty")}</p>')

    def sources(self, turn: Turn, place: int, passages: Mapping[str, Passage], chosen: str | None = None) -> str:
        """Return the sources of a turn, numbered as its chips are; the chosen one open, the others folded.

        Args:
            turn: What was answered, came nearest, or meets a question without a subject.
            place: Of the turn in the conversation, from 0.
            passages: The sources by id; one that is missing is said to be.
            chosen: Id of the source to open; None for the first that is cited (what is merely near stays folded).
        """
        if not turn.sources:
            return self.empty()
        if chosen not in turn.sources:
            chosen = turn.cited[0] if turn.cited else None
        cards = "".join(
            self._card(number, name, turn, place, passages, is_open=name == chosen)
            for number, name in enumerate(turn.sources, 1)
        )
        if turn.cited or turn.listed:
            return self._panel("sources", cards)
        return self._panel("sources_nearest", f'<p class="kw-quiet">{self._text("nearest_note")}</p>{cards}')

    def document(self, chosen: str, turn: Turn | None, place: int) -> str:
        """Return the whole Kamervraag of a passage, which is in view; what `turn` quotes is marked throughout."""
        document = self.store.document(chosen.rpartition("/")[0])
        if not document:
            return self._panel("sources", f"<p>{self._text('unknown_source')}</p>")
        first = document[0]
        numbers = [passage.number for passage in document]
        links = {link.number: link for link in links_within(kamervraag_of(document))}
        lead = self._lead(numbers, place, within=True)
        sections = [
            self._section(passage, chosen, turn, lead, _around(numbers, passage.number), links.get(passage.number))
            for passage in document
        ]
        jumps = "".join(self._jump(passage) for passage in document)
        opened = turn.cited[0] if turn and turn.cited and chosen not in turn.sources else chosen
        back = (
            _button(f'class="kw-plain" data-cite="{escape(opened)}" data-turn="{place}"', "← " + self._raw("back"))
            if turn
            else ""
        )
        body = (
            f'{back}<div class="kw-document"><h3 tabindex="-1">{escape(first.title or first.document)}</h3>'
            f'<p class="kw-citation">Kamervraag {escape(first.document)}</p>'
            f"{facts_html(first, self.language, self.today)}{official_html(first, self.language)}"
            f'<nav class="kw-jumps" aria-label="{self._text("go_to")}">{jumps}</nav>{"".join(sections)}</div>'
        )
        return self._panel("sources", body)

    def _panel(self, title: str, body: str) -> str:
        return f'<aside class="kw-panel" aria-label="{self._text(title)}"><h2>{self._text(title)}</h2>{body}</aside>'

    def _card(
        self, number: int, name: str, turn: Turn, place: int, passages: Mapping[str, Passage], *, is_open: bool
    ) -> str:
        passage = passages.get(name)
        if passage is None:
            return f'<p class="kw-source">{number}. {self._text("unknown_source")}</p>'
        current = ' open data-chosen="true"' if is_open else ""
        head = (
            f'<summary><span class="kw-number">{number}</span><span class="kw-title">'
            f'{escape(passage.title or passage.document)}<span class="kw-citation">{escape(passage.citation)}</span>'
            "</span></summary>"
        )
        numbers = [other.number for other in self.store.document(passage.document)]
        lead = self._lead(numbers, place, within=False)
        newer = self._newer(passages.get(turn.newer.get(name, "")), place)
        words = text_html(passage, turn.quotes(passage.id), self.language, lead, heading=True)
        return (
            f'<details class="kw-source" data-id="{escape(name)}" data-build="{escape(turn.build)}"{current}>{head}'
            f"{facts_html(passage, self.language, self.today)}{newer}{words}{official_html(passage, self.language)}"
            f"{self._actions(passage, place, _around(numbers, passage.number))}</details>"
        )

    def _actions(self, passage: Passage, place: int, around: tuple[str | None, str | None]) -> str:
        formal = formal_citation(passage.answer_id)
        cited = f"{passage.citation} ({formal})" if formal else passage.citation
        near = f'class="kw-plain" data-turn="{place}" data-read="{escape(passage.document)}/'
        steps = "".join(
            _button(f'{near}{escape(number)}"', label)
            for label, number in zip((self._raw("previous_vraag"), self._raw("next_vraag")), around, strict=True)
            if number
        )
        read = f'class="kw-button" data-read="{escape(passage.id)}" data-turn="{place}"'
        copy = _button(f'class="kw-plain" data-copy="{escape(cited)}"', self._raw("copy_citation"))
        back = _button(f'class="kw-plain kw-return" data-return="{place}"', self._raw("back_to_answer"))
        return f'<div class="kw-actions">{_button(read, self._raw("read_all"))}{steps}{copy}{back}</div>'

    def _newer(self, passage: Passage | None, place: int) -> str:
        if passage is None or passage.answered is None:
            return ""
        label = f"{passage.citation}, {day_in_words(passage.answered, self.language)}"
        link = _button(f'class="kw-plain" data-read="{escape(passage.id)}" data-turn="{place}"', label)
        return f'<p class="kw-newer"><strong>{self._text("newer")}</strong> {link}</p>'

    def _section(
        self,
        passage: Passage,
        chosen: str,
        turn: Turn | None,
        lead: Lead,
        around: tuple[str | None, str | None],
        links: VraagLinks | None,
    ) -> str:
        quotes = turn.quotes(passage.id) if turn else ()
        badge = f' <span class="kw-badge">{self._text("cited_here")}</span>' if quotes else ""
        current = ' aria-current="true"' if passage.id == chosen else ""
        steps = "".join(
            _button(f'class="kw-plain" data-goto="kw-vraag-{escape(number)}"', self._raw(key))
            for key, number in zip(("previous", "next"), around, strict=True)
            if number
        )
        return (
            f'<section class="kw-vraag" id="kw-vraag-{escape(passage.number)}" tabindex="-1"{current}>'
            f"<h4>{escape(place_in_words(passage, self.language))}{badge}</h4>"
            f"{text_html(passage, quotes, self.language, lead)}{self._related(links)}"
            f'<p class="kw-step">{steps}</p></section>'
        )

    def _jump(self, passage: Passage) -> str:
        label = escape(place_in_words(passage, self.language))
        attributes = f'class="kw-jump" data-goto="kw-vraag-{escape(passage.number)}" aria-label="{label}"'
        return _button(attributes, passage.number if passage.number[:1].isdigit() else "M")

    def _related(self, links: VraagLinks | None) -> str:
        """Return which vragen of the document this one refers to, and which refer to it."""
        lines = [("refers_to", links.refers_to), ("referred_by", links.referred_by)] if links else []
        return "".join(
            f'<p class="kw-related">{self._text(key)} '
            + ", ".join(_button(f'class="kw-plain" data-goto="kw-vraag-{escape(name)}"', name) for name in numbers)
            + "</p>"
            for key, numbers in lines
            if numbers
        )

    def _lead(self, numbers: Sequence[str], place: int, *, within: bool) -> Lead:
        """Return where references lead: to a vraag of the document, another in the index, or the official page."""

        def lead(passage: Passage, reference: Reference) -> tuple[str, str] | None:
            target = self._target(passage, reference, numbers)
            if target is None:
                if reference.url is None or passage.fictional:
                    return None
                return (
                    f'<a class="kw-link" href="{escape(reference.url)}" target="_blank" rel="noopener noreferrer">',
                    f'<span class="kw-sr"> ({self._text("new_window")})</span></a>',
                )
            document, _, number = target.rpartition("/")
            if within and document == passage.document:
                return f'<button type="button" class="kw-reference" data-goto="kw-vraag-{escape(number)}">', "</button>"
            return (
                f'<button type="button" class="kw-reference" data-read="{escape(target)}" data-turn="{place}">',
                "</button>",
            )

        return lead

    def _target(self, passage: Passage, reference: Reference, numbers: Sequence[str]) -> str | None:
        """Return the id of the passage that a reference means, where the index has it."""
        if reference.kind == "vraag":
            return f"{passage.document}/{reference.target}" if reference.target in numbers else None
        documents = [reference.target] if reference.kind == "document" else []
        if reference.kind == "answer":
            documents = self.store.documents_answered_in(reference.target)
        for document in documents:
            known = [other.number for other in self.store.document(document)]
            wanted = [number for number in reference.vragen if number in known] or known
            if wanted:
                return f"{document}/{wanted[0]}"
        return None

    def _raw(self, key: str) -> str:
        return text(key, self.language)

    def _text(self, key: str) -> str:
        return escape(text(key, self.language))


def _around(numbers: Sequence[str], number: str) -> tuple[str | None, str | None]:
    """Return the numbers before and after one."""
    place = numbers.index(number)
    return (numbers[place - 1] if place else None, numbers[place + 1] if place + 1 < len(numbers) else None)


def _button(attributes: str, label: str) -> str:
    return f'<button type="button" {attributes}>{escape(label)}</button>'
