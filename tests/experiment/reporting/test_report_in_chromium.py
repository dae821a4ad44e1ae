"""The report in a real browser: it asks nobody for anything, and fits a telephone."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import an_answer
import pytest

from sim.experiment.reporting.page import write_report

pytestmark = pytest.mark.chromium

QUIET: Final = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-extensions", "--hide-scrollbars"),
    "--host-resolver-rules=MAP * ~NOTFOUND",
)


def browse(page: Path, home: Path, *flags: str) -> str:
    """Open a page, and give back its document as the browser sees it after a while."""
    browser = next(path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name)))
    done = subprocess.run(
        [browser, *QUIET, f"--user-data-dir={home}", *flags, "--dump-dom", page.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout


def asked_for(page: Path, folder: Path) -> set[str]:
    """Hosts that the browser wanted to reach while a page was open, its maker's own ones left out."""
    log = folder / "net.json"
    browse(page, folder / "home", f"--log-net-log={log}")
    written = log.read_text(encoding="utf-8")
    events = json.loads(written)["events"]
    urls = {event["params"]["url"] for event in events if "url" in event.get("params", {})}
    hosts = {urlsplit(url).hostname or "" for url in urls if url.startswith(("http", "ws", "ftp"))}
    return {host for host in hosts if not re.search(r"(^|\.)(google|googleapis|gstatic)\.com$", host)}


def test_a_page_asks_nobody_for_anything(tmp_path: Path) -> None:
    hostile = 'a"><img src="http://asked.example/x.png"><style>@import url(http://asked.example/x.css)</style>'
    answer = an_answer.a_comparison(
        about=an_answer.an_about(title=hostile), sentence=hostile, exceedance=(), spreads=(), fans=(), harm=None
    )
    assert asked_for(write_report(answer, tmp_path / "report"), tmp_path) == set()


def test_a_page_that_asks_would_be_caught(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text('<!DOCTYPE html><img src="http://asked.example/x.png">', encoding="utf-8")
    assert asked_for(tmp_path / "page.html", tmp_path) == {"asked.example"}


def test_no_page_is_wider_than_a_telephone_or_a_screen(tmp_path: Path) -> None:
    long = "In this model, " + "wide" * 60
    answers = (an_answer.a_comparison(sentence=long), an_answer.an_assumptions(), an_answer.a_sweep())
    pages = [write_report(answer, tmp_path / str(at)) for at, answer in enumerate(answers)]
    widths = (390, 1280)
    frames = "".join(
        f'<iframe width="{wide}" height="800" src="{page.as_uri()}"></iframe>' for page in pages for wide in widths
    )
    script = """
        onload = () => {
          const wide = Array.from({length: frames.length}, (_, at) => frames[at].document.documentElement.scrollWidth)
          document.querySelector("p").textContent = `wide: ${wide.join(" ")}`
        }
    """
    (tmp_path / "frames.html").write_text(
        f"<!DOCTYPE html><style>iframe {{ border: 0 }}</style>{frames}<p></p><script>{script}</script>",
        encoding="utf-8",
    )
    flags = ("--allow-file-access-from-files", "--virtual-time-budget=3000")
    found = re.search(r"wide: ([\d ]+)", browse(tmp_path / "frames.html", tmp_path / "home", *flags))
    assert found
    assert [int(wide) for wide in found[1].split()] == [*widths] * len(pages)
