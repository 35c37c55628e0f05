"""How soon does every process obey a changed rule, what do 500 rules cost an order, and are bad rules refused?

Three processes on one installation: two web servers (one with the worker in it) and one that only reads orders, as a
worker does. A rule is made over HTTP at the first; from the moment its answer arrives, each process is asked again and
again until it proposes the rule's unit. Then 500 rules are in force, and reading is timed with and without them.
"""

import json
import statistics
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from typing import Any

from benchmarks.harness.http import Client
from benchmarks.harness.huying import HUYING, Installation, free_port
from benchmarks.harness.runner import Result

CHANGES, RULES = 12, 500
TEXT = "东门市场路口有人反映{}，音响噪声很大，希望处理。"
READER = """
import json, sys, time
import django; django.setup()
from huying.handling.dispatch.understanding import understand
understand(text="预热一次，噪声很大，希望处理。")
print("ready", flush=True)
for line in sys.stdin:
    text, wanted = json.loads(line)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        unit = understand(text=text).proposed_unit
        if unit is not None and unit.public_id == wanted:
            break
    print(time.time(), flush=True)
"""
COSTER = """
import statistics, time
import django; django.setup()
from dataclasses import replace
from huying.handling.dispatch import knowledge, steps
from huying.handling.dispatch.understanding import understand
from benchmarks.harness.texts import requests
known = knowledge.current()
none = replace(known, rules=replace(known.rules, directed=[]))
texts = requests(400, seed=3)
def cost(rulebook):
    times = []
    for text in texts:
        began = time.perf_counter()
        understand(text=text, known=rulebook)
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000
cost(known)
rounds = [(cost(known), cost(none)) for _ in range(5)]
print(len(known.rules.directed), statistics.median(a - b for a, b in rounds), statistics.median(a for a, _ in rounds))
"""


def run() -> Result:
    with Installation(days=2) as ours, ExitStack() as beside:
        port = _second_server(ours, beside)
        manager = Client(ours.port, {"Authorization": f"Bearer {ours.token('model_manager')}"})
        other = Client(port, {"Authorization": f"Bearer {ours.token('agent')}"})
        units = [
            one["id"] for one in manager.json("GET", "/api/v1/org/units?limit=200")["items"] if one["kind"] == "street"
        ]
        reader = _reader(ours, beside)
        seconds = _seconds(ours, manager, other, reader, units)
        refused = _refused(manager, units)
        for number in range(RULES - CHANGES):
            _create(
                manager, f"规则{number}", [f"词语{number:03d}甲", f"说法{number:03d}乙"], units[number % len(units)]
            )
        code = [sys.executable, "-c", COSTER]
        done = subprocess.run(code, env=ours.environment, capture_output=True, text=True, check=True)
        count, added, whole = (float(word) for word in done.stdout.split()[-3:])
    worst = max(max(row) for row in seconds)
    figures = {
        "seconds": round(worst, 3),
        "seconds_median": round(statistics.median(max(row) for row in seconds), 3),
        "processes": 3,
        "changes": CHANGES,
        "rules": int(count),
        "ms_per_order": round(added, 3),
        "ms_whole_reading": round(whole, 3),
        "bad_rules_tried": len(refused),
        "bad_rules_refused": sum(bool(reason) for reason in refused.values()),
    }
    for name, reason in refused.items():
        print(f"{name:<16} {reason or 'was taken'}")
    failed = []
    if worst > 1:
        failed.append(f"a process obeyed only after {worst:.2f} s, more than 1 s")
    if added > 1:
        failed.append(f"{RULES} rules cost {added:.2f} ms an order, more than 1 ms")
    failed += [f"a bad rule was taken: {name}" for name, reason in refused.items() if not reason]
    return Result(figures, {}, tuple(failed))


def _second_server(ours: Installation, beside: ExitStack) -> int:
    port = free_port()
    words = ["serve", "--no-worker", "--no-migrate", "--host", "127.0.0.1", "--port", str(port)]
    _ended_with(beside, subprocess.Popen([HUYING, *words], env=ours.environment, stdout=subprocess.DEVNULL))
    probe = Client(port)
    for _ in range(300):
        try:
            probe.json("GET", "/readyz")
            return port
        except (OSError, ValueError, RuntimeError):
            time.sleep(0.2)
    raise RuntimeError("the second server did not start")


def _ended_with(beside: ExitStack, process: subprocess.Popen[Any]) -> None:
    def end() -> None:
        process.terminate()
        process.wait(timeout=20)

    beside.callback(end)


def _reader(ours: Installation, beside: ExitStack) -> subprocess.Popen[str]:
    made = subprocess.Popen(
        [sys.executable, "-c", READER], env=ours.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    _ended_with(beside, made)
    assert made.stdout is not None
    made.stdout.readline()
    return made


def _create(manager: Client, name: str, words: list[str], unit: str, **more: Any) -> None:
    manager.json("POST", "/api/v1/dispatch/directed-rules", {"name": name, "words": words, "unit": unit, **more})


def _seconds(
    ours: Installation, manager: Client, other: Client, reader: subprocess.Popen[str], units: list[str]
) -> list[list[float]]:
    """For each change, the seconds until each process obeyed it."""
    assert reader.stdin is not None
    assert reader.stdout is not None
    made = []
    for number in range(CHANGES):
        word, unit = f"夜间摊点第{number}号", units[number % len(units)]
        text = TEXT.format(word)
        time.sleep(0.13 * number % 1)  # so that the change falls into every part of a process's check
        reader.stdin.write(json.dumps([text, unit]) + "\n")
        reader.stdin.flush()
        _create(manager, f"专班{number}", [word], unit)
        began, seen = time.time(), [0.0, 0.0]
        asked = [
            threading.Thread(target=_until, args=(client, text, unit, seen, place))
            for place, client in enumerate((ours.agent, other))
        ]
        for thread in asked:
            thread.start()
        for thread in asked:
            thread.join()
        seen.append(float(reader.stdout.readline()))
        made.append([max(0.0, moment - began) for moment in seen])
    return made


def _until(client: Client, text: str, unit: str, seen: list[float], place: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        units = client.json("POST", "/api/v1/dispatch/analyse", {"text": text})["units"]
        if units and units[0]["id"] == unit:
            break
        time.sleep(0.02)
    seen[place] = time.time()


def _refused(manager: Client, units: list[str]) -> dict[str, str]:
    """Bad rules by name, and the reason with which each was refused ("" where it was taken)."""
    category = manager.json("GET", "/api/v1/taxonomy/categories")["items"][0]["id"]
    ban = {"category": category, "unit_kind": "street", "basis": "编办文件"}
    manager.json("POST", "/api/v1/dispatch/bans", ban)
    base = {"name": "坏规则", "words": ["从未用过的词"], "unit": units[0]}
    same = {"words": ["夜间摊点第0号"]}
    bad: dict[str, dict[str, Any]] = {
        "unknown unit": {"unit": "nobody"},
        "no condition": {"words": []},
        "expired": {"ends_at": "2020-01-01T00:00:00+08:00", "begins_at": "2019-01-01T00:00:00+08:00"},
        "ends first": {"begins_at": "2030-01-02T00:00:00+08:00", "ends_at": "2030-01-01T00:00:00+08:00"},
        "banned": {"category": category},
        "contradiction": {**same, "unit": units[1]},
        "never reached": {**same, "unit": units[1], "priority": -5},
        "bad hours": {"weekly": [{"days": [1], "start": "20:00", "until": "20:00"}]},
    }
    return {name: _reason(manager, {**base, **values}) for name, values in bad.items()}


def _reason(manager: Client, body: dict[str, Any]) -> str:
    status, content = manager.request("POST", "/api/v1/dispatch/directed-rules", body)
    document = json.loads(content)
    return "" if status < 300 else f"{status} {document.get('detail', '')}"
