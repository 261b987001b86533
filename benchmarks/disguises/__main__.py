"""Show the set: ``python -m benchmarks.disguises [--seed N] [--samples N] [--kind KIND]``."""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from random import Random

from benchmarks.disguises.case import Case
from benchmarks.disguises.generate import generate


def main(arguments: list[str] | None = None) -> None:
    """Print how many cases there are by kind and language, and a few of each."""
    parser = argparse.ArgumentParser(description="Counts and samples of the disguised and innocent posts.")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--samples", type=int, default=2, help="of each kind and language")
    parser.add_argument("--kind", help="only this one")
    options = parser.parse_args(arguments)
    terms, cases = generate(options.seed)
    print("terms:", dict(Counter(term.language for term in terms)))
    print(f"cases: {sum(bool(case.term) for case in cases)} disguised, {sum(not case.term for case in cases)} innocent")
    by_cell: dict[str, dict[str, list[Case]]] = defaultdict(lambda: defaultdict(list))
    for case in cases:
        by_cell[case.kind][case.lang].append(case)
    rng = Random(options.seed)  # noqa: S311 - not a secret
    for kind, by_language in by_cell.items():
        if options.kind not in (None, kind):
            continue
        counts = {language: len(found) for language, found in by_language.items()}
        print(f"\n{kind}: {sum(counts.values())} {counts}")
        for language, found in by_language.items():
            for case in rng.sample(found, min(options.samples, len(found))):
                print(f"  {language} {case.text!r}", f"{case.slice!r} = {case.term}" * bool(case.term))


if __name__ == "__main__":
    main()
