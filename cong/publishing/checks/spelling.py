"""How far two spellings are apart."""

from __future__ import annotations


def distance(one: str, other: str, most: int) -> int:
    """Return how many letters must be put, taken, changed or swapped with a neighbour; `most + 1` when more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    if one == other:
        return 0
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, char in enumerate(one, 1):
        this = [row]
        for column, opposite in enumerate(other, 1):
            cost = min(last[column] + 1, this[-1] + 1, last[column - 1] + (char != opposite))
            if row > 1 and column > 1 and (char, one[row - 2]) == (other[column - 2], opposite):
                cost = min(cost, before[column - 2] + 1)
            this.append(cost)
        if min(this) > most:
            return most + 1
        before, last = last, this
    return min(last[-1], most + 1)
