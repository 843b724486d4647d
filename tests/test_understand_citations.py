"""Citations and vragen in the spellings that people use; numbers are read whole or not at all."""

import time

import pytest

from rag.understand.citations import find_citation, numbers_named

ANSWERS = [
    ("aanhangsel van de handelingen der tweede kamer, vergaderjaar 2021-2022, nr. 2957", "ah-tk-20212022-2957", None),
    ("aanhangsel handelingen van de tweede kamer 2021-2022, nr. 2957", "ah-tk-20212022-2957", None),
    ("aanhangsel handelingen (ii) 2021/22, nr. 2957", "ah-tk-20212022-2957", None),
    ("aanhangsel (ii) 2021/22, nr. 2957", "ah-tk-20212022-2957", None),
    ("handelingen (ii) 2021-2022 aanhangsel 2957", "ah-tk-20212022-2957", None),
    ("handelingen (ii) 2021-2022, aanhangsel, nr. 2957", "ah-tk-20212022-2957", None),
    ("handelingen ii 2021/22 (aanhangsel), nr. 2957", "ah-tk-20212022-2957", None),
    ("aanhangsel nr. 2957 van het vergaderjaar 2021/22", "ah-tk-20212022-2957", None),
    ("aanhangsel van het vergaderjaar 2021/22, nr. 2957", "ah-tk-20212022-2957", None),
    ("nr. 2957 van het aanhangsel 2021-2022", "ah-tk-20212022-2957", None),
    ("nr. 2957 van het aanhangsel 2021-2022, 3 vragen", "ah-tk-20212022-2957", None),
    ("nummer 2957 uit het aanhangsel van de handelingen, vergaderjaar 2021-2022", "ah-tk-20212022-2957", None),
    ("vraag 3 van nr. 2957 van het aanhangsel 2021-2022", "ah-tk-20212022-2957", "3"),
    ("vraag nr. 3 van aanhangsel 2019-2020, nr. 2957", "ah-tk-20192020-2957", "3"),
    ("nr. 3 van aanhangsel (2019-2020), nr. 2957", "ah-tk-20192020-2957", None),
    ("aanhangsel handelingen ii 2021/22, nrs. 12 en 13", "ah-tk-20212022-12", None),
    ("nrs. 12, 13 en 14 van het aanhangsel 2021-2022", "ah-tk-20212022-12", None),
    ("aanhangsel 2021/22 nr. 2.957", "ah-tk-20212022-2957", None),
    ("aanhangsel nr. 2.957 van 2021/22", "ah-tk-20212022-2957", None),
    ("aanhangsel 2021/22 nr. 2957.", "ah-tk-20212022-2957", None),
    ("aanhangsel 2021\u20112022 nr. 2957", "ah-tk-20212022-2957", None),
    ("aanhangsel 2021\u20122022 nr. 2957", "ah-tk-20212022-2957", None),
    ("aanhangsel 2021/22 nr. 2957, antwoord 3", "ah-tk-20212022-2957", "3"),
    ("aanhangsel 2021/22 nr. 2957 vraag 4 en 5", "ah-tk-20212022-2957", "4 5"),
    ("ah-tk-20212022\u20132957", "ah-tk-20212022-2957", None),
    ("ah\u2011tk\u201120212022\u20112957", "ah-tk-20212022-2957", None),
    ("ah-tk-2021-2022-2957", "ah-tk-20212022-2957", None),
    ("ah-tk-20212022-2.957", "ah-tk-20212022-2957", None),
    ("ah-tk-20212022-2957/04", "ah-tk-20212022-2957", "4"),
    ("ah-tk-20212022-2957 100 huizen", "ah-tk-20212022-2957", None),
]


@pytest.mark.parametrize(("text", "answer_id", "number"), ANSWERS)
def test_a_published_answer_is_read_in_each_spelling(text: str, answer_id: str, number: str | None) -> None:
    citation = find_citation(text)
    assert citation
    assert (citation.answer_id, " ".join(citation.numbers) or None, citation.document) == (answer_id, number, None)


VRAGEN = [
    ("antwoord 3 in 2099z00017", "3", "antwoord 3"),
    ("antwoord 3 op kamervraag 2099z00017", "3", "antwoord 3"),
    ("het antwoord nr. 3 van 2099z00017", "3", "het antwoord nr. 3"),
    ("antwoorden 3 en 4 in 2099z00017", "3 4", "antwoorden 3 en 4"),
    ("2099z00017 antwoord 3", "3", "antwoord 3"),
    ("answer 3 in 2099z00017", "3", "answer 3"),
    ("2099z00017, antwoord vraag vier", "4", "antwoord vraag vier"),
    ("2099z00017, antwoord vraag 4", "4", "antwoord vraag 4"),
    ("vraag 4 en 5 van 2099z00017", "4 5", "vraag 4 en 5"),
    ("vraag 4, 5 en 6 van 2099z00017", "4 5 6", "vraag 4, 5 en 6"),
    ("vraag 4 en vraag 5 van 2099z00017", "4 5", "vraag 4 en vraag 5"),
    ("vraag 4 t/m 6 van 2099z00017", "4 5 6", "vraag 4 t/m 6"),
    ("vraag 4-6 van 2099z00017", "4 5 6", "vraag 4-6"),
    ("vraag vier en vijf van 2099z00017", "4 5", "vraag vier en vijf"),
    ("2099z00017 vraag 4, tweede kamer", "4", "vraag 4"),
    ("2099z00017 vraag 4 en 5 maanden later", "4", "vraag 4"),
    ("question 4 of 2099z00017", "4", "question 4"),
    ("vragen 4 en 5 van 2099z00017", "4 5", "vragen 4 en 5"),
    ("2099z00017 vragen nrs. 04, 05 en 06", "4 5 6", "vragen nrs. 04, 05 en 06"),
    ("vraag 04 van 2099z00017", "4", "vraag 04"),
    ("vraag 02a van 2099z00017", "2a", "vraag 02a"),
    ("vraag 10 van 2099z00017", "10", "vraag 10"),
    ("2099z00017/04", "4", None),
    ("antwoord 3 was duidelijk maar 2099z00017 niet", None, None),
    ("antwoord 2021 in 2099z00017", None, None),
    ("2099z00017 antwoord 2 weken te laat", None, None),
    ("2099z00017 antwoord 3 maart 2099", None, None),
    ("2099z00017 antwoord 3.000 mensen", None, None),
    ("2099z00017 antwoord 3,5 miljoen", None, None),
    ("2099z00017 vraag 12-05-2099", None, None),
    ("vragen 2 weken na 2099z00017", None, None),
    ("de derde en vierde vraag van 2099z00017", "3 4", "de derde en vierde vraag"),
    ("de derde en de vierde vragen van 2099z00017", "3 4", "de derde en de vierde vragen"),
    ("de eerste, tweede en derde vraag van 2099z00017", "1 2 3", "de eerste, tweede en derde vraag"),
    ("de 3e en 4e vraag van 2099z00017", "3 4", "de 3e en 4e vraag"),
    ("the third and fourth questions of 2099z00017", "3 4", "the third and fourth questions"),
    ("2099z00017, het tweede en derde antwoord", "2 3", "het tweede en derde antwoord"),
    ("vragen drie en vier van 2099z00017", "3 4", "vragen drie en vier"),
    ("antwoord vier van 2099z00017", "4", "antwoord vier"),
    ("antwoord 4 van 2099z00017", "4", "antwoord 4"),
    ("antwoorden drie en vier van 2099z00017", "3 4", "antwoorden drie en vier"),
    ("het vierde antwoord van 2099z00017", "4", "het vierde antwoord"),
    ("vraag een van 2099z00017", "1", "vraag een"),
    ("een vraag van 2099z00017", None, None),
    ("een eenvoudige vraag van 2099z00017", None, None),
    ("one question of 2099z00017", None, None),
    ("geef als antwoord een kamervraag 2099z00017", None, None),
    ("twee vragen van 2099z00017", None, None),
    ("2099z00017 antwoord twee weken later", None, None),
    ("vragen twee weken na 2099z00017", None, None),
    ("de derde en vierde week na 2099z00017", None, None),
    ("de laatste vraag van 2099z00017", "laatste", "de laatste vraag"),
    ("2099z00017, the last answer", "laatste", "the last answer"),
    ("het antwoord op de laatste vraag van 2099z00017", "laatste", "het antwoord op de laatste vraag"),
    ("het laatste nieuws over 2099z00017", None, None),
    ("laatste vragen over 2099z00017", None, None),
]


@pytest.mark.parametrize(("text", "number", "words"), VRAGEN)
def test_vragen_beside_a_document_are_read_with_all_their_words(
    text: str, number: str | None, words: str | None
) -> None:
    citation = find_citation(text)
    assert citation
    assert (citation.document, " ".join(citation.numbers) or None) == ("2099Z00017", number)
    assert (citation.number_span and text[slice(*citation.number_span)]) == words


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("vragen 2, 4 t/m 6", "2 4 5 6"),
        ("questions 2 to 4", "2 3 4"),
        ("vraag 1a en 1b", "1a 1b"),
        ("vraag 2e", "2e"),
        ("1ste tot en met 3de vraag", "1 2 3"),
        ("vraag 5 t/m 2", "5 2"),
        ("vragen 3 en 3", "3"),
        ("vragen 1-60", " ".join(map(str, range(1, 61)))),
        ("vragen 1-999", "1 999"),
    ],
)
def test_a_list_of_vragen_is_read_whole(words: str, numbers: str) -> None:
    assert " ".join(numbers_named(words)) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "aanhangsel 2021/22 nr. 2.95",
        "aanhangsel 2021/22 nr. 2 957",
        "aanhangsel 2021/22 nr. 2.957.000",
        "aanhangsel 2021/23 nr. 12",
        "aanhangsel 2021-2022",
        "vraag nr. 3 van het aanhangsel 2021-2022",
        "bijlage nr. 3 van het aanhangsel 2021-2022",
        "nr. 2957 van het aanhangsel",
        "handelingen 2021-2022 nr. 3",
        "nrs. 12 en 13",
        "tussen 2021 en 2022",
        "2021-2022",
        "antwoord 3 was duidelijk",
        "vraag 4 en 5",
    ],
)
def test_what_is_no_whole_citation_is_not_read(text: str) -> None:
    assert find_citation(text) is None


HOSTILE = [
    ("aanhangsel handelingen ii", ","),
    ("aanhangsel handelingen (ii) ", " "),
    ("", "aanhangsel handelingen ii vergaderjaar 2021/22 "),
    ("nrs. 1", ", 2 en 3"),
    ("", "nr. 2.957 van het "),
    ("", "nrs. 12, 13, "),
    ("", "ii 2021-"),
    ("", "vraag 1 de "),
    ("vraag 1", " en 2"),
    ("vraag", " "),
    ("antwoord op", " "),
    ("", "antwoord "),
    ("vragen 1", ", 2"),
    ("vraag 1", " van"),
    ("kenmerk nr.", " "),
    ("", "kenmerk "),
    ("drie", "e"),
    ("", "derde en "),
    ("de eerste", ", tweede"),
    ("", "antwoord vier "),
    ("", "2021"),
    ("", "ah-tk-20212022-"),
]


@pytest.mark.parametrize(("head", "repeated"), HOSTILE)
def test_a_hostile_text_takes_no_time(head: str, repeated: str) -> None:
    text = head + repeated * (200_000 // len(repeated))
    started = time.perf_counter()
    find_citation(text)
    find_citation(f"{text} x 2099z00017")
    assert time.perf_counter() - started < 5
