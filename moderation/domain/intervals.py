"""How sure a share is that was counted on few posts."""

from __future__ import annotations

from math import sqrt

_Z = 1.959963984540054  # the standard normal's 97.5% point: 95% between both ends


def wilson(right: int, n: int) -> tuple[float, float]:
    """Wilson's 95% interval of a share ``right / n``, both ends from 0 to 1; (0, 1) where nothing was counted.

    Source: Wilson 1927, "Probable inference, the law of succession, and statistical inference", JASA 22.

    >>> [round(end, 3) for end in wilson(9, 10)]
    [0.596, 0.982]
    """
    if not 0 <= right <= n:
        raise ValueError(f"{right} right ones of {n}")
    if n == 0:
        return 0.0, 1.0
    share, square = right / n, _Z * _Z
    centre = share + square / (2 * n)
    reach = _Z * sqrt(share * (1 - share) / n + square / (4 * n * n))
    scale = 1 + square / n
    low = 0.0 if right == 0 else (centre - reach) / scale  # exactly, which the roots of floats are not
    high = 1.0 if right == n else (centre + reach) / scale
    return low, high
