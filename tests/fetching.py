"""What the tests of fetching share: a client of the local server that does not really wait."""

import hashlib
from datetime import date
from pathlib import Path

from official_server import ODATA, OfficialServer

from rag.fetch import FetchReport, FetchRequest, Manners, Period, Progress, fetch, read_sidecar

YEAR = Period(date(2024, 1, 1), date(2024, 12, 31))
ALL = FetchRequest(YEAR)


class Fetcher:
    """Fetches from the local server without pauses, and keeps the waits it was asked to make."""

    def __init__(self, server: OfficialServer, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.slept: list[float] = []
        self.progress: list[Progress] = []

    def __call__(self, request: FetchRequest = ALL, **manners: float) -> FetchReport:
        """Run a fetch; keyword arguments are those of `Manners`."""
        return fetch(
            request,
            self.folder,
            odata_url=self.server.base + ODATA,
            repository_url=self.server.base,
            sru_url=f"{self.server.base}/sru",
            manners=Manners(
                sleep=self.slept.append,
                **{"odata_interval": 0.0, "repository_interval": 0.0, "timeout": 5.0, **manners},  # type: ignore[arg-type]
            ),
            progress=self.progress.append,
        )

    def ids(self) -> set[str]:
        """The ids of the documents on disk whose checksums hold."""
        return {path.stem for path in self.folder.glob("*/*.json") if whole(path)}


def whole(path: Path) -> bool:
    """Whether the document beside a sidecar has the checksum that the sidecar says."""
    sidecar = read_sidecar(path)
    body = path.with_name(sidecar.download.file).read_bytes()
    return hashlib.sha256(body).hexdigest() == sidecar.download.sha256


CHILD = """
import sys
from datetime import date
from pathlib import Path
from rag.fetch import FetchRequest, Manners, Period, fetch
base, folder = sys.argv[1:]
fetch(
    FetchRequest(Period(date(2024, 1, 1), date(2024, 12, 31))), Path(folder),
    odata_url=base + "/OData/v4/2.0", repository_url=base, sru_url=base + "/sru",
    manners=Manners(odata_interval=0.0),
)
"""
