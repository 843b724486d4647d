"""What a fetch brings is what the parser reads: one Kamervraag a vraagnummer, completed by the sidecars."""

from datetime import date
from pathlib import Path

from fetching import Fetcher
from official_corpus import make_corpus
from official_server import OfficialServer

from rag.parsing import ParseFailure, parse_paths
from rag.records import Person


def test_a_fetched_folder_is_parsed_whole(tmp_path: Path) -> None:
    corpus = make_corpus(20)
    with OfficialServer(corpus) as server:
        Fetcher(server, tmp_path)()
    failures: list[ParseFailure] = []
    documents = list(parse_paths([tmp_path], failures))
    assert failures == []
    assert [document.id for document in documents] == [f"2024Z{number:05d}" for number in range(1, 21)]
    for index, document in enumerate(documents):
        assert document.title == f"De verlichting van fietspad {index}"
        assert document.askers == (Person("A. de Vries", "ABC"), Person("B. Bakker", "DPB"))
        assert [person.role for person in document.answerers] == ["minister van Fietspaden"]
        assert document.topics == ("Verkeer | Weg", "Recht")
        assert document.answer_id == f"ah-tk-20232024-{index + 1}"
        assert [(vraag.number, vraag.answer) for vraag in document.vragen] == [("1", "Ja.")]
    assert (documents[0].asked, documents[0].answered) == (date(2024, 1, 1), date(2024, 1, 31))
