"""What a corpus and its users cost, computed from measured figures and stated prices; and a simulation that checks it.

    python benchmarks/cost_model.py              # the tables of docs/scaling.md
    python benchmarks/cost_model.py --core 0.03  # at another price

Every figure that was measured is in `MEASURED`, with where; every one that was not is in `ASSUMED`. A question waits
for a free core of a shared pool (a queue with many servers), which `simulated` plays out beside the figures that
`benchmarks/trust.py` measured.
"""

import argparse
import heapq
import random
from collections.abc import Sequence
from dataclasses import dataclass

MEASURED = {
    "passages embedded a second by one core": 12.9,  # docs/speed.md, 190 tokens each
    "seconds of a core for an answer at 100,000 passages": 0.25,  # docs/trust.md: 50 at once, HTTP and client included
    "of that, searching": 0.010,
    "bytes on disk a passage": 3_000.0,  # docs/speed.md: 2.2 kB, and its text
    "bytes in memory a passage": 1_134.0,  # docs/speed.md: vector and words, to be read at every question
    "GB of a process": 1.5,  # RESULTS.md
    "cells looked into": 32.0,  # docs/speed.md, of 4 root n
}
ASSUMED = {
    "bytes in memory a passage, Milvus": 3_000.0,  # float32 vector, graph, sparse words, columns
    "share of the cores in use": 0.6,  # beyond it people wait
    "copies of the database": 2.0,
    "GB of memory with a core": 4.0,
}
ONE_MACHINE = 5_000_000
"""Passages up to which one machine with a folder is proposed; beyond, Milvus."""

HOURS = 730
"""Of a month."""


@dataclass(frozen=True, slots=True)
class Prices:
    """Euros, those of a European provider's list as an order of magnitude; put in your own."""

    core: float = 0.04
    """An hour of a core with 4 GB of memory."""
    disk: float = 0.08
    """A month of a GB."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a corpus and its questions take.

    Attributes:
        core_hours: Of the first build.
        build_euros: Of the first build.
        disk: GB.
        memory: GB that the index needs at hand, all copies.
        answer: Seconds of a core for an answer.
        cores: For the questions, and never fewer than the memory comes with.
        month: Euros.
    """

    core_hours: float
    build_euros: float
    disk: float
    memory: float
    answer: float
    cores: int
    month: float


def plan(passages: int, questions: float, prices: Prices | None = None) -> Plan:
    """Return what a corpus of so many passages takes at so many questions a second."""
    prices = prices or Prices()
    core_hours = passages / MEASURED["passages embedded a second by one core"] / 3600
    milvus = passages > ONE_MACHINE
    each = "bytes in memory a passage, Milvus" if milvus else "bytes in memory a passage"
    copies = ASSUMED["copies of the database"] if milvus else 1.0
    memory = passages * (ASSUMED | MEASURED)[each] * copies / 1e9
    disk = passages * MEASURED["bytes on disk a passage"] * (1 + copies) / 1e9
    answer = answer_seconds(passages)
    busy = questions * answer / ASSUMED["share of the cores in use"]
    processes = max(1.0, busy)
    needed = memory + processes * MEASURED["GB of a process"]
    cores = max(2, round(busy + 0.5), round(needed / ASSUMED["GB of memory with a core"] + 0.5))
    month = cores * prices.core * HOURS + disk * prices.disk
    return Plan(core_hours, core_hours * prices.core, disk, memory, answer, cores, month)


def answer_seconds(passages: int) -> float:
    """Return the seconds of a core for one answer; from a million passages on, the nearest cells only are searched."""
    searching = MEASURED["of that, searching"] * passages / 100_000
    if passages > 1_000_000:
        searching *= min(1.0, MEASURED["cells looked into"] / (4 * passages**0.5))
    whole = MEASURED["seconds of a core for an answer at 100,000 passages"]
    return whole - MEASURED["of that, searching"] + searching


def simulated(users: int, cores: int, answer: float, reading: tuple[float, float], seconds: float) -> list[float]:
    """Play out users who ask, read, and ask again; return how long each waited for an answer, in seconds.

    Args:
        users: How many.
        cores: That answer, one question each at a time, in the order of asking.
        answer: Seconds of a core for one.
        reading: Shortest and longest time between an answer and the next question; (0, 0) for all at the same moment,
            once.
        seconds: How long they go on.
    """
    dice = random.Random(1)  # noqa: S311 - the same every time
    asks = [(dice.uniform(0, reading[1]), user) for user in range(users)]
    heapq.heapify(asks)
    free = [0.0] * cores
    waited = []
    while asks and asks[0][0] < seconds:
        moment, user = heapq.heappop(asks)
        end = max(moment, heapq.heappop(free)) + answer
        heapq.heappush(free, end)
        waited.append(end - moment)
        if reading[1]:
            heapq.heappush(asks, (end + dice.uniform(*reading), user))
    return waited


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value that a share of the values does not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def tables(prices: Prices) -> list[str]:
    """Return the tables as lines of Markdown."""
    sizes, rates = (500_000, 10_000_000, 100_000_000), (1, 10, 100, 1000)
    lines = [
        "| passages | first build, core-hours | days on 2, 64 cores | euros | disk, GB | index in memory, GB |",
        "|---|---|---|---|---|---|",
    ]
    for size in sizes:
        one = plan(size, 1, prices)
        days = ", ".join(f"{one.core_hours / cores / 24:.2g}" for cores in (2, 64))
        build = f"{one.core_hours:,.0f} | {days} | {one.build_euros:,.0f}"
        lines.append(f"| {size:,} | {build} | {one.disk:,.0f} | {one.memory:,.1f} |")
    heads = " | ".join(f"{rate:,} a second" for rate in rates)
    lines += ["", f"| passages | core-seconds an answer | {heads} |", "|---|---|" + "---|" * len(rates)]
    for size in sizes:
        plans = [plan(size, rate, prices) for rate in rates]
        cells = " | ".join(f"{each.cores:,} cores, € {each.month:,.0f} a month" for each in plans)
        lines.append(f"| {size:,} | {plans[0].answer:.2f} | {cells} |")
    lines += ["", "| 2 cores, 100,000 passages | simulated p50, p95, s |", "|---|---|"]
    answer = answer_seconds(100_000)
    for name, users, reading in (
        ("50 users, who read 5 to 15 s in between", 50, (5.0, 15.0)),
        ("50 at the same moment", 50, (0.0, 0.0)),
    ):
        waited = simulated(users, 2, answer, reading, 600)
        lines.append(f"| {name} | {quantile(waited, 0.5):.2f}, {quantile(waited, 0.95):.2f} |")
    return lines


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--core", type=float, default=Prices().core, help="euros an hour of a core with 4 GB")
    parser.add_argument("--disk", type=float, default=Prices().disk, help="euros a month of a GB")
    arguments = parser.parse_args()
    print("\n".join(tables(Prices(arguments.core, arguments.disk))))


if __name__ == "__main__":
    main()
