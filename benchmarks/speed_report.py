"""What `benchmarks/speed.py` measured, as tables of RESULTS.md and as a plot."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from speed_peers import NAMES

BEGIN, END = "<!-- speed -->", "<!-- /speed -->"
OURS = "Kamerwijzer"
Row = Mapping[str, Any]


class Report:
    """Tables so far, written into a Markdown file between two marks after every one."""

    def __init__(self, path: Path, machine: str) -> None:
        self._path = path
        self._lines = ["## Speed (`make bench-speed`)", "", machine]

    def add(self, lines: Sequence[str]) -> None:
        """Add a table, print it, and write the file."""
        print(*lines, sep="\n", flush=True)
        self._lines += ["", *lines]
        text = self._path.read_text(encoding="utf-8") if self._path.exists() else "# Results\n"
        if BEGIN not in text:
            text = f"{text.rstrip()}\n\n{BEGIN}\n{END}\n"
        before, rest = text.split(BEGIN, 1)
        body = "\n".join(self._lines)
        self._path.write_text(f"{before}{BEGIN}\n{body}\n{END}{rest.split(END, 1)[1]}", encoding="utf-8")

    @staticmethod
    def plot(rows: Sequence[Row], path: Path) -> None:
        """Draw how things grow with the passages; equal figures give an equal SVG."""
        import matplotlib
        from matplotlib.figure import Figure

        with matplotlib.rc_context({"svg.hashsalt": "kamerwijzer", "svg.fonttype": "none", "font.size": 9}):
            sheet = Figure(figsize=(9, 3.2), layout="constrained")
            queries, builds, memory = sheet.subplots(1, 3)
            for name, points in _curves(rows).items():
                queries.plot(*zip(*points, strict=True), marker="o", label=name, linewidth=2 if name == OURS else 1)
            queries.set_yscale("log")
            queries.set_title("a question, p50, ms")
            queries.legend(frameon=False, fontsize=7)
            _line(builds, rows, "ten documents more, s", lambda row: row["more"]["seconds"])
            _line(memory, rows, "resident memory, MB", lambda row: row["serve"]["resident_mb"])
            for axes in (queries, builds, memory):
                axes.set_xscale("log")
                axes.set_xlabel("passages")
            sheet.savefig(path, metadata={"Date": None})


def _line(axes: Any, rows: Sequence[Row], title: str, value: Callable[[Row], float]) -> None:  # noqa: ANN401
    axes.plot([row["size"] for row in rows], [value(row) for row in rows], marker="o", linewidth=2)
    axes.set_ylim(bottom=0)
    axes.set_title(title)


def _curves(rows: Sequence[Row]) -> dict[str, list[tuple[int, float]]]:
    curves = {OURS: [(int(row["size"]), float(row["serve"]["p50"])) for row in rows]}
    for system, name in NAMES.items():
        points = [(row["size"], row["peers"][system]["p50"]) for row in rows if "p50" in row["peers"].get(system, {})]
        if points:
            curves[name.split(" (", maxsplit=1)[0]] = points
    return curves


def encoding_table(found: Row) -> list[str]:
    """Return the table of passages a second."""
    lines = [
        f"Encoding: {found['passages']} real passages, {found['tokens']} tokens on average, one run, medians of "
        f"{found['rounds']} rounds. A processor's own second counts no other work on the machine.",
        "",
        "| way | passages/s | ratio | passages per processor second | ratio | cosine with the first, least |",
        "|---|---|---|---|---|---|",
    ]
    first = next(iter(found["ways"].values()))
    return lines + [
        f"| {name} | {wall:.1f} | {wall / first[0]:.2f} | {used:.1f} | {used / first[1]:.2f} | {cosine:.4f} |"
        for name, (wall, used, cosine) in found["ways"].items()
    ]


def building_table(found: Row) -> list[str]:
    """Return the table of builds with the real encoder."""
    count, ours = found["passages"], found["ours"]
    lines = [
        f"Building an index of {count} real passages, embedded by each system with the same model, in processes of "
        "their own; the models loaded before. Ours also embeds the vragen as questions (and before, once an index, "
        "examples of what is off topic). Memory: the peak, and of it what was there before.",
        "",
        "| system | passages/s | ratio | peak MB (before) |",
        "|---|---|---|---|",
    ]
    plain = found["plain"].get("seconds")
    for name, cost in {OURS: ours, **{name: found[system] for system, name in NAMES.items()}}.items():
        if "failed" in cost:
            lines.append(f"| {name} | failed: {cost['failed']} | | |")
            continue
        ratio = f"{plain / cost['seconds']:.2f}" if plain else "–"
        lines.append(
            f"| {name} | {count / cost['seconds']:.1f} | {ratio} | {cost['peak_mb']:,.0f} ({cost['before_mb']:,.0f}) |"
        )
    return lines


def scale_tables(rows: Sequence[Row]) -> list[str]:
    """Return the tables of ours by size."""
    lines = [
        "Kamerwijzer by size; a question is encoded, searched on both sides, mixed, and its texts are read. ms.",
        "",
        "| passages | p50 | p95 | p99 | one party: p95 | encoding: p50 | 1 / 8 / 32 users: p95 | a second |"
        " recall@10: all, filter 10 %, 0.5 % |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        serve, users = row["serve"], row["serve"]["users"].values()
        lines.append(
            f"| {row['size']:,} | {serve['p50']} | {serve['p95']} | {serve['p99']} | {serve['filtered']['p95']} | "
            f"{serve['encode']['p50']} | {' / '.join(str(user['p95']) for user in users)} | "
            f"{' / '.join(str(user['per_second']) for user in users)} | "
            f"{', '.join(f'{share:.4f}' for share in row['recall'].values())} |"
        )
    lines += [
        "",
        "Start: seconds of importing libraries, loading the encoder, opening the index, the first question; and of "
        "`kamerwijzer search` from process start to result, the second time.",
        "",
        "| passages | import | encoder | open | first question | `kamerwijzer search` | resident MB (before opening) |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        serve = row["serve"]
        parts = " | ".join(str(serve[name]) for name in ("import_s", "encoder_s", "open_s", "first_search_s"))
        lines.append(
            f"| {row['size']:,} | {parts} | {row['start_s']:.1f} | {serve['resident_mb']:,} ({serve['encoder_mb']:,}) |"
        )
    lines += [
        "",
        "Builds: the first with made-up vectors (when it was made), and ten documents more with their 80 passages "
        "embedded, from reading the documents until the build is live (processor seconds).",
        "",
        "| passages | first, s | peak MB | ten more, s | peak MB | bytes a passage: all but text | " + _PARTS + " |",
        "|---|---|---|---|---|---|" + "---|" * 6,
    ]
    for row in rows:
        first, more, room = row["first"], row["more"], row["first"]["bytes"]
        lines.append(
            f"| {row['size']:,} | {first.get('seconds', '–')} | {first.get('peak_mb', '–')} | {more['seconds']} "
            f"({more['processor_s']}) | {more['peak_mb']:,} | **{sum(room.values()) - room['text']:,.0f}** | "
            f"{' | '.join(f'{value:,.0f}' for value in room.values())} |"
        )
    return lines


_PARTS = "text | vectors | words | store without text | kept vectors | others"


def query_table(rows: Sequence[Row]) -> list[str]:
    """Return the table of questions: ours and the peers, side by side."""
    lines = [
        "",
        "The same questions over the same passages and vectors, each system in a process of its own, encoding included"
        " (peers: sentence-transformers, float32). Ours also understands, folds and signals; plain FAISS reads no texts"
        " and no words.",
        "",
        "| passages | system | questions | p50 ms | p95 | p50 against ours | peak MB | build without embedding, s |"
        " kept on disk, bytes a passage |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        serve, size, first = row["serve"], row["size"], row["first"]
        lines.append(
            f"| {size:,} | {OURS} | {serve['queries']} | {serve['p50']} | {serve['p95']} | 1 | "
            f"{serve['resident_mb']:,} | {first.get('seconds', '–')} | {sum(first['bytes'].values()):,.0f} |"
        )
        for system, cost in row["peers"].items():
            if "failed" in cost:
                lines.append(f"| {size:,} | {NAMES[system]} | failed: {cost['failed']} | | | | | | |")
                continue
            lines.append(
                f"| {size:,} | {NAMES[system]} | {cost['queries']} | {cost['p50']} | {cost['p95']} | "
                f"{cost['p50'] / serve['p50']:.1f} | {cost['peak_mb']:,.0f} | {cost['seconds']:.0f} | "
                f"{cost['disk'] / size:,.0f} |"
            )
    return lines
