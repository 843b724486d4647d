"""Dutch sentence splitting as a table of cases; every sentence is a literal piece of the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.sentences import split_sentences


@pytest.mark.parametrize(
    "sentences",
    [
        ["Ja.", "Dit geldt bijv. voor gemeenten met ca. 50.000 inwoners, d.w.z. de meeste.", "Meer volgt."],
        ["Daarvoor is € 2,3 mln. uitgetrokken in 2099.", "De rest volgt."],
        ["Op 3 mei jl. is de brief verzonden.", "Dat was op 7 mei jl.", "De commissie kwam later."],
        ["Zie art. 13 van de wet, lid 2.", "Dat artikel blijft."],
        ["Dit staat in de motie-Roggeveld.²", "De uitvoering loopt.¹²", "Nee."],
        ["De heer J.P. Jansen c.s. zei: «Dit kan niet.»", "Dat klopt."],
        ["Volgens drs. K. van Dam klopt dat (zie ook Stb. 2099, nr. 12).", "Het kabinet wacht."],
        ["Zie Kamerstuk 21 501-20, nr. 1518.", "Daarin staat alles."],
        ["Is dat zo?", "Ja!", "Het is zo."],
        ["Het gaat om 1.000 euro per m².", "Dat is veel."],
        ["Zie https://voorbeeld.nl/x.html.", "Daar staat meer."],
        ["Het ministerie (mede namens B.Z.) antwoordt a.s. dinsdag.", "Voor die tijd niet."],
        ["Dit staat in het eerste lid.", "Daarnaast geldt artikel 4."],
        ["Zij is geen lid.", "De minister wel."],
        ["Zie artikel 3, tweede lid, onder A.", "Het kabinet wacht."],
        ["Per jan. 2023 geldt dit.", "In sept. 2024 en (vanaf okt. 2025) niet meer.", "De rest volgt."],
        ["De wet geldt tot en met dec.", "Daarna niet meer."],
        ["Prof. dr. A. Jansen zei dit.", "Mr. A.B. de Vries ook."],
        ["De heer A. Jansen en mevrouw B. C. Pieters zijn er.", "Minister K. Bos niet."],
        ["1. Eerste maatregel.", "2. Tweede maatregel, t.w. € 5 mln."],
        ["• Eerste punt;", "• Tweede punt."],
    ],
)
def test_sentences(sentences: list[str]) -> None:
    text = " ".join(sentences)
    assert split_sentences(text) == sentences
    assert all(sentence in text for sentence in split_sentences(text))


def test_a_line_break_ends_a_sentence() -> None:
    assert split_sentences("Kop zonder punt\nDe tekst begint.") == ["Kop zonder punt", "De tekst begint."]


@given(st.text(alphabet=st.sampled_from('ab Z1².,?!»«"()\n•-€jl mn'), max_size=80))
def test_nothing_is_lost_or_added(text: str) -> None:
    sentences = split_sentences(text)
    assert "".join("".join(sentences).split()) == "".join(text.split())
    assert all(sentence in text and sentence == sentence.strip() for sentence in sentences)
