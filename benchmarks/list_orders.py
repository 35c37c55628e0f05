"""How long does a page of 50 orders take, in how many statements, beside baisitong2?

Ours checks permission and scope, masks the citizen and commits an access-audit row before it answers; the peer does
neither. The number of statements must not depend on the number of rows.
"""

from benchmarks.harness import texts
from benchmarks.harness.huying import Installation
from benchmarks.harness.measure import paired, timed
from benchmarks.harness.runner import Result
from benchmarks.peers.baisitong2 import Baisitong2

PRESENT, LISTED, ROUNDS = 1500, 40, 7


def run() -> Result:
    with Installation(days=10) as ours, Baisitong2() as peer:
        peer.preload(PRESENT)
        for text in texts.requests(PRESENT, seed=7):
            ours.file_order(text)
        ours.drain()
        assert len(ours.list_orders(50)) == len(peer.list_orders(50)) == 50
        ours_ms, peer_ms, ratio = paired(
            lambda: timed(lambda _: ours.list_orders(50), range(LISTED)).quantile_ms(0.5),
            lambda: timed(lambda _: peer.list_orders(50), range(LISTED)).quantile_ms(0.5),
            ROUNDS,
        )
        queries = ours.count_queries("list_orders")["list_orders"]
    figures = {"queries": queries, "p50_ms": round(ours_ms, 2), "times_peer": round(ratio, 2)}
    failed = [
        sentence
        for missed, sentence in (
            (queries > 8, f"a page takes {queries} statements, more than 8"),
            (ratio > 2, f"{ratio:.2f} times the peer's time, more than 2"),
        )
        if missed
    ]
    return Result(figures, {"baisitong2 1.0.2": {"p50_ms": round(peer_ms, 2)}}, tuple(failed))
