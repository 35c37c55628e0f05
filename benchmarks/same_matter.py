"""Is the same matter found among open orders: by text alone, judged pair by pair, and among a million in milliseconds?

`first`: orders of the public Haikou data that cite an earlier one; all numbers removed, only earlier orders filed; the
cited one must rank first. `pairs`: balanced accuracy on pairs of public letters judged by reading (numbers and judgements
in benchmarks/data; the development part gave the weights, `pairs` is the test part). `ms`: candidates among many open
orders made by combining places and matters of our own; HUYING_MATTERS sets how many (a million takes ten minutes).
"""

import csv
import os
import random
import re
import resource
import time
from datetime import date
from pathlib import Path

from benchmarks.harness import texts
from benchmarks.harness.runner import Result
from benchmarks.harness.shared import shared
from huying.engines.matching import Background, Matcher, Report, decide

PAIRS = Path(__file__).parent / "data/same_matter_pairs.csv"
ORDERS = int(os.environ.get("HUYING_MATTERS", "1000000"))
QUERIES = 200
FIRST, BALANCED, MS = 0.955, 0.90, 20
_NUMBER = re.compile(r"(?<!\d)20\d{12}(?!\d)")


def run() -> Result:
    figures: dict[str, float] = {**_citations(), **_pairs(), **_large()}
    failed = [
        sentence
        for missed, sentence in (
            (figures["first"] < FIRST, f"the cited order is first in {figures['first']}, less than {FIRST}"),
            (figures["pairs"] < BALANCED, f"balanced accuracy {figures['pairs']}, less than {BALANCED}"),
            (figures["ms"] > MS, f"{figures['ms']} ms, more than {MS}"),
        )
        if missed
    ]
    return Result(figures, {}, tuple(failed))


def _citations() -> dict[str, float]:
    """In order of their numbers: ask first, then file, so that only earlier orders can be found."""
    rows = []
    for name in ("train", "valid"):
        with shared(f"data/haikou/orders_{name}.csv").open(encoding="utf-8") as file:
            rows += list(csv.DictReader(file))
    known = {row["order_no"] for row in rows}
    matcher, cases, first = Matcher(), 0, 0
    for row in sorted(rows, key=lambda one: one["order_no"]):
        cited = {one for one in _NUMBER.findall(row["text"]) if one in known and one < row["order_no"]}
        text, day = _NUMBER.sub("", row["text"]), date.fromisoformat(row["date"])
        if cited:
            found = matcher.candidates(text, at=day, k=1)
            cases, first = cases + 1, first + bool(found and found[0].key in cited)
        matcher.add(row["order_no"], text, at=day)
    return {"first": round(first / cases, 4), "first_cases": cases}


def letters_and_background() -> tuple[dict[str, Report], Background]:
    """The public letters by number, and how often what they say is said in them."""
    with shared("data/taidi2020c/hot_messages.csv").open(encoding="utf-8-sig") as file:
        letters = {
            row["留言编号"]: Report(f"{row['留言主题'].strip()}\n{_flat(row['留言详情'])}", at=_day(row["留言时间"]))
            for row in csv.DictReader(file)
        }
    background = Background()
    for letter in letters.values():
        background.add(letter.grams)
    return letters, background


def _day(written: str) -> date:
    """ "2019/5/20 16:32:38" or "2019-05-20 …"."""
    year, month, day = re.split(r"[/-]", written.split()[0])
    return date(int(year), int(month), int(day))


def _pairs() -> dict[str, float]:
    letters, background = letters_and_background()
    with PAIRS.open(encoding="utf-8") as file:
        judged = list(csv.DictReader(file))
    figures: dict[str, float] = {}
    for part, name in (("dev", "pairs_dev"), ("test", "pairs")):
        rates = []
        for same in ("1", "0"):
            rows = [row for row in judged if row["part"] == part and row["same"] == same]
            said = [decide(letters[row["first"]], letters[row["second"]], background).same for row in rows]
            rates.append(sum(one == (same == "1") for one in said) / len(rows))
        figures |= {
            name: round(sum(rates) / 2, 4),
            f"{name}_same": round(rates[0], 3),
            f"{name}_other": round(rates[1], 3),
        }
    return figures


def _flat(text: str) -> str:
    return "".join(text.split())


def _large() -> dict[str, float]:
    chance = random.Random(7)
    syllables = "河山城东西南北新安平福金玉龙凤翠海湖江云石林松柳梅兰竹菊华光明星月春秋"
    names = ["".join(chance.choices(syllables, k=3)) for _ in range(20_000)]

    def made() -> str:
        place = f"{chance.choice(names)}{chance.choice(('路', '小区', '花园', '村'))}{chance.randint(1, 300)}号"
        return f"{place}{chance.choice(texts.MATTERS)}，{chance.choice(names)}附近"

    matcher = Matcher()
    began = time.process_time()
    for number in range(ORDERS):
        matcher.add(number, made())
    filed = time.process_time() - began
    spent = []
    for _ in range(QUERIES):
        text = made()
        began = time.process_time()
        matcher.candidates(text)
        spent.append((time.process_time() - began) * 1000)
    spent.sort()
    return {
        "open_orders": ORDERS,
        "ms": round(spent[QUERIES // 2], 2),
        "p95_ms": round(spent[int(0.95 * QUERIES)], 2),
        "add_ms": round(filed / ORDERS * 1000, 3),
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
