"""How many orders a second can be filed, and in how many statements, beside baisitong2?

Filing = one authenticated POST with an idempotency key; when it answers, citizen, contact, order, analysis, audit row
and event are committed (SQLite, synchronous=FULL). Automatic dispatch is a job of its own: its delay is reported apart,
and the time until the last one is done counts into the throughput. Both systems hold 1,500 orders of today.
"""

from benchmarks.harness import texts
from benchmarks.harness.huying import Installation
from benchmarks.harness.measure import paired, timed
from benchmarks.harness.runner import Result
from benchmarks.peers.baisitong2 import Baisitong2

PRESENT, FILED, ROUNDS = 1500, 60, 5
DELAYS = """SELECT (julianday(done_at) - julianday(created_at)) * 86400 FROM events_obligation
            WHERE kind = 'order.auto_dispatch' AND done_at IS NOT NULL ORDER BY id DESC LIMIT {}"""


def run() -> Result:
    with Installation(days=10) as ours, Baisitong2() as peer:
        peer.preload(PRESENT)
        for text in texts.requests(PRESENT, seed=7):
            ours.file_order(text)
        ours.drain()
        our_times, peer_times, texts_used = [], [], iter(range(1000))

        def file_ours() -> float:
            times = timed(ours.file_order, texts.requests(FILED, seed=next(texts_used)))
            our_times.append(times)
            return FILED / (times.wall + ours.drain())

        def file_peer() -> float:
            times = timed(peer.file_order, texts.requests(FILED, seed=next(texts_used)))
            peer_times.append(times)
            return times.per_second

        ours_per_s, peer_per_s, ratio = paired(file_ours, file_peer, ROUNDS)
        delays = sorted(row[0] for row in ours.query(DELAYS.format(FILED * ROUNDS)))
        p50 = sorted(t.quantile_ms(0.5) for t in our_times)[ROUNDS // 2]
        peer_p50 = sorted(t.quantile_ms(0.5) for t in peer_times)[ROUNDS // 2]
        queries = ours.count_queries("file_order")["file_order"]
    delay_p95 = round(delays[int(0.95 * (len(delays) - 1))], 3) if delays else None
    figures = {
        "queries": queries,
        "orders_per_s": round(ours_per_s, 1),
        "p50_ms": p50,
        "auto_dispatch_delay_p95_s": delay_p95,
        "auto_dispatch_jobs": len(delays),
        "times_peer": round(ratio, 2),
    }
    failed = [
        sentence
        for missed, sentence in (
            (queries > 16, f"filing takes {queries} statements, more than 16"),
            (ratio < 3, f"{ratio:.2f} times the peer's throughput, less than 3"),
            (delay_p95 is None or delay_p95 > 2, f"automatic dispatch waits {delay_p95} s at p95, more than 2 s"),
        )
        if missed
    ]
    peers = {"baisitong2 1.0.2": {"orders_per_s": round(peer_per_s, 1), "p50_ms": peer_p50}}
    return Result(figures, peers, tuple(failed))
