"""`python -m benchmarks` lists the benchmarks, `python -m benchmarks NAME` runs one, `--all` runs every one."""

import signal
import sys

from benchmarks.harness import runner


def main(arguments: list[str]) -> int:
    if not arguments:
        return runner.print_list()
    if arguments == ["--all"]:
        return runner.run_all()
    return runner.run_one(arguments[0])


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was begun is ended and removed
    sys.exit(main(sys.argv[1:]))
