"""What the model looks at for each token of an address."""

from __future__ import annotations

from collections import Counter

from gis.geolocation.address.tokens import Tokens, chains, items

_REACH = 3
_NAMING = frozenset("路街巷弄道村园苑城厦区场")
_LONGEST_CHAIN = 20
_MARKS = ("栋", "幢", "单元", "号楼", "楼", "层", "室", "弄")


def features(text: str, tokens: Tokens) -> list[list[str]]:
    """For each token, the features as strings: words around it, numbers around it, the chain that it is in."""
    words, kinds, _ = tokens
    count = len(words)
    w = ["^"] * _REACH + words + ["$"] * _REACH
    k = ["^"] * _REACH + kinds + ["$"] * _REACH
    around = _numbers(text, tokens)
    rows = []
    for i in range(count):
        j = i + _REACH
        a, b, c, d, e = w[j - 2], w[j - 1], w[j], w[j + 1], w[j + 2]
        row = [
            "b",
            "0" + c,
            "-" + b,
            "+" + d,
            "=" + a,
            "#" + e,
            "<" + w[j - 3],
            ">" + w[j + 3],
            "-0" + b + c,
            "0+" + c + d,
            "-2" + a + b,
            "+2" + d + e,
            "+3" + e + w[j + 3],
            "-3" + a + b + c,
            "03" + b + c + d,
            "+4" + c + d + e,
            "k" + k[j],
            "k-" + k[j - 1] + k[j],
            "k+" + k[j] + k[j + 1],
            "k5" + "".join(k[j - 2 : j + 3]),
        ]
        if i < 2:
            row.append(f"i{i}")
        if count - i < 4:
            row.append(f"e{count - i}")
        row += around[i]
        rows.append(row)
    return rows


def _last_of(text: str, wanted: frozenset[str]) -> list[str]:
    """For each offset, the last of the wanted characters before it, ^ where there is none."""
    last, before = "^", []
    for character in text:
        before.append(last)
        if character in wanted:
            last = character
    return before


def _numbers(text: str, tokens: Tokens) -> list[list[str]]:
    words, _, starts = tokens
    count = len(words)
    found = items(tokens)
    chain_of = chains(found)
    first_of: dict[int, int] = {}
    for n, chain_number in enumerate(chain_of):
        first_of.setdefault(chain_number, n)
    sizes = Counter(chain_of)
    shapes = ["^", "^"] + [item.shape for item in found] + ["$", "$"]
    ends_of_marks = [(mark, text.find(mark) + len(mark)) for mark in _MARKS if mark in text]
    roads = _last_of(text, _NAMING)
    rows: list[list[str]] = [[] for _ in range(count)]
    for n, item in enumerate(found):
        before2, before, own, after, after2 = shapes[n : n + 5]
        first, size = first_of[chain_of[n]], sizes[chain_of[n]]
        head = found[first].first
        name = words[head - 1] if head else "^"
        name2 = (words[head - 2] if head > 1 else "^") + name
        chain = " ".join(shapes[first + 2 : first + 2 + min(size, _LONGEST_CHAIN)])
        place = f"{n - first}"
        start = starts[item.first]
        road = roads[start]
        marks = "".join(mark for mark, end in ends_of_marks if end <= start)
        last = found[n - 1].last if n else 0
        gap = "^" if n == 0 else "0" if chain_of[n - 1] == chain_of[n] else str(min(item.first - last, 6))
        row = [
            "S" + own,
            "S-" + before + " " + own,
            "S+" + own + " " + after,
            "S3" + before + " " + own + " " + after + gap,
            "S5" + before2 + " " + before + " " + own + " " + after + " " + after2,
            "A" + item.after,
            "A-" + before + ">" + item.after,
            "N" + name + ">" + item.after,
            "N2" + name2 + ">" + item.after + place,
            "NS" + name + ">" + own + place,
            "C" + chain + ">" + place,
            "CN" + name + ">" + chain + ">" + place,
            "CE" + chain + ">" + place + ("$" if first + size == len(found) else "."),
            "R" + road + own + place,
            "RC" + road + chain + ">" + place,
            "M" + marks + ">" + own,
            "G" + gap + own,
            f"I{n}/{len(found)}",
        ]
        for i in range(item.first, item.last):
            rows[i] = [*row, f"p{i - item.first}/{item.last - item.first}" + own]
    previous, upcoming = -1, 0
    for i in range(count):
        if rows[i]:
            continue
        while upcoming < len(found) and found[upcoming].first <= i:
            previous, upcoming = upcoming, upcoming + 1
        ahead = shapes[upcoming + 2]
        behind = shapes[previous + 2] if previous >= 0 else "^"
        to = min(found[upcoming].first - i, 6) if upcoming < len(found) else 9
        since = min(i - found[previous].last, 6) if previous >= 0 else 9
        rows[i] = [f"a{ahead}", f"z{behind}", f"a{to}{ahead}", f"z{since}{behind}"]
    return rows
