"""The search half of the local server: SRU 2.0 answers of the documented shape, from a list of records."""

import re
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

_NAMESPACES = (
    'xmlns:sru="http://docs.oasis-open.org/ns/search-ws/sruResponse" xmlns:gzd="http://standaarden.overheid.nl/sru" '
    'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:c="http://standaarden.overheid.nl/collectie/" '
    'xmlns:overheidwetgeving="http://standaarden.overheid.nl/wetgeving/" xmlns:cd="http://standaarden.overheid.nl/cup/data"'
)
_CLAUSE = re.compile(r'([\w.-]+)(==|>=|<=)"?([^"]+?)"?')
_PREFIXES = ("dt", "w", "c", "cd", "cql", "ot")
QUESTIONS, ANSWERS = "Kamervragen zonder antwoord", "Kamervragen (Aanhangsel)"
Row = dict[str, Any]
Clause = tuple[Callable[[Row], str], str, str]


def diagnostic(message: str) -> str:
    """The answer to a query that the service does not take: status 200, another prefix, no number of records."""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<searchRetrieveResponse xmlns="http://docs.oasis-open.org/ns/search-ws/sruResponse" '
        'xmlns:ns3="http://docs.oasis-open.org/ns/search-ws/diagnostic"><version>2.0</version><diagnostics>'
        f"<ns3:diagnostic><ns3:uri>info:srw/diagnostic/1/10</ns3:uri><ns3:message>{escape(message)}</ns3:message>"
        "</ns3:diagnostic></diagnostics></searchRetrieveResponse>"
    )


def search_response(records: list[Row], query: dict[str, str], base: str) -> str:
    """Answer a searchRetrieve request.

    Raises:
        ValueError: The query cannot be read; the message is the diagnostic's.
    """
    cql = query["query"].partition(" sortBy ")[0]
    parts = [_parse(part) for part in cql.split(" OR ")]
    found = [row for row in records if any(all(_holds(row, clause) for clause in part) for part in parts)]
    found.sort(key=lambda row: str(row["id"]))
    start, most = int(query["startRecord"]), int(query["maximumRecords"])
    page = found[start - 1 : start - 1 + most]
    body = "".join(_record(row, base) for row in page)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><sru:searchRetrieveResponse {_NAMESPACES}>'
        "<sru:version>2.0</sru:version>"
        f"<sru:numberOfRecords>{len(found)}</sru:numberOfRecords><sru:records>{body}</sru:records>"
        "<sru:resultCountPrecision>info:srw/vocabulary/resultCountPrecision/1/estimate</sru:resultCountPrecision>"
        "</sru:searchRetrieveResponse>"
    )


def _parse(part: str) -> list[Clause]:
    clauses = []
    for text in part.split(" AND "):
        match = _CLAUSE.fullmatch(text.strip())
        if not match:
            raise ValueError(f"line 1: mismatched input {text!r}")
        index, relation, wanted = match.groups()
        if index.partition(".")[0] not in _PREFIXES:
            raise ValueError(f"unknown prefix {index.partition('.')[0]}")
        if index not in _INDEXES:
            raise ValueError(f"unsupported index {index}")
        clauses.append((_INDEXES[index], relation, wanted))
    return clauses


def _holds(row: Row, clause: Clause) -> bool:
    read, relation, wanted = clause
    value = read(row)
    return bool(value == wanted if relation == "==" else value >= wanted if relation == ">=" else value <= wanted)


def _name(row: Row) -> str:
    return QUESTIONS if row["soort"] == "Schriftelijke vragen" else ANSWERS


_INDEXES: dict[str, Callable[[Row], str]] = {
    "c.product-area": lambda row: "officielepublicaties",
    "w.publicatienaam": _name,
    "w.vraagnummer": lambda row: str(row["vraagnummer"]),
    "dt.identifier": lambda row: str(row["id"]),
    "dt.date": lambda row: str(row["date"]),
    "dt.modified": lambda row: str(row.get("modified", row["date"])),
}


def _record(row: Row, base: str) -> str:
    place, identifier = f"{base}{row['place']}", row["id"]
    items = {"xml": f"{place}/xml/{identifier}.xml", "metadata": f"{place}/metadata/metadata.xml"}
    urls = "".join(f'<gzd:itemUrl manifestation="{form}">{url}</gzd:itemUrl>' for form, url in items.items())
    stamp = f"<cd:datumTijdstipWijzigingExpression>{row['date']}T09:00:00+01:00</cd:datumTijdstipWijzigingExpression>"
    own = {"vraagnummer": row["vraagnummer"], "publicatienaam": _name(row), "indiener": "A. de Vries"}
    fields = "".join(f"<overheidwetgeving:{name}>{value}</overheidwetgeving:{name}>" for name, value in own.items())
    return (
        "<sru:record><sru:recordData><gzd:gzd><gzd:originalData><overheidwetgeving:meta><overheidwetgeving:owmskern>"
        f"<dcterms:identifier>{identifier}</dcterms:identifier><dcterms:title>{escape(row['soort'])}</dcterms:title>"
        f"</overheidwetgeving:owmskern><overheidwetgeving:owmsmantel><dcterms:date>{row['date']}</dcterms:date>"
        f"</overheidwetgeving:owmsmantel><overheidwetgeving:tpmeta>{fields}{stamp if row.get('stamped', True) else ''}"
        f"</overheidwetgeving:tpmeta></overheidwetgeving:meta></gzd:originalData><gzd:enrichedData>{urls}"
        "</gzd:enrichedData></gzd:gzd></sru:recordData></sru:record>"
    )
