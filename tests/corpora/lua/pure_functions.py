"""Pure functions that are run in Python and, translated, in Lua (see test_lua_agreement)."""

import math


def gcd(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return a


def is_prime(n: int) -> bool:
    if n < 2:
        return False
    for d in range(2, math.floor(math.sqrt(n)) + 1):  # noqa: SIM110
        if n % d == 0:
            return False
    return True


def collatz_steps(n: int) -> int:
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps


def clamp(value: int, low: int = 0, high: int = 10) -> int:
    return low if value < low else high if value > high else value


def fibonacci(n: int) -> int:
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


def total_of_squares(values: list[int]) -> int:
    return sum(value * value for value in values)


def largest_gap(values: list[int]) -> int:
    best = 0
    for i in range(1, len(values)):
        gap = abs(values[i] - values[i - 1])
        if gap > best:
            best = gap
    return best


def position_of(values: list[int], wanted: int) -> int:
    for i, value in enumerate(values):
        if value == wanted:
            return i
    return -1


def running_total(values: list[int]) -> list[int]:
    totals = []
    total = 0
    for value in values:
        total += value
        totals.append(total)
    return totals


def evens(values: list[int]) -> list[int]:
    return [value for value in values if value % 2 == 0]


def without_last(values: list[int]) -> list[int]:
    if not values:
        return []
    return values[:-1]


def middle(values: list[int]) -> list[int]:
    return values[1:-1]


def last_of(values: list[int], otherwise: int = 7) -> int:
    return values[-1] if values else otherwise


def sorted_twice(values: list[int]) -> list[int]:
    ordered = sorted(values)
    return ordered + ordered


def dot(xs: list[int], ys: list[int]) -> int:
    total = 0
    for x, y in zip(xs, ys):  # noqa: B905
        total += x * y
    return total


def backwards(values: list[int]) -> list[int]:
    result = []
    for value in reversed(values):
        result.append(value)
    return result


def any_negative(values: list[int]) -> bool:
    return any(value < 0 for value in values)


def all_small(values: list[int]) -> bool:
    return all(abs(value) < 10 for value in values)


def skip_multiples(values: list[int], n: int) -> int:
    count = 0
    for value in values:
        if value % n == 0:
            continue
        if value > 40:
            break
        count += 1
    return count


def count_letter(text: str, letter: str) -> int:
    count = 0
    for character in text:
        if character == letter:
            count += 1
    return count


def histogram(text: str) -> dict[str, int]:
    counts = {}
    for character in text:
        counts[character] = counts.get(character, 0) + 1
    return counts


def shout(text: str) -> str:
    if text.endswith("!"):
        return text.upper()
    return text.upper() + "!"


def initials(text: str) -> str:
    return "".join(word[0].upper() for word in text.split())


def is_palindrome(text: str) -> bool:
    cleaned = text.strip().lower()
    return cleaned == cleaned[::-1]


def greet(name: str, polite: bool = False) -> str:
    title = "dear " if polite else ""
    return f"Hello, {title}{name or 'stranger'}!"


def swap_commas(text: str) -> str:
    return text.replace(",", ";").replace("a.", "%b")


def joined(parts: list[str], separator: str = ", ") -> str:
    if len(parts) == 0:
        return "nothing"
    return separator.join(parts)


def first_word(text: str) -> str:
    words = text.split()
    return words[0] if words else ""


def padded(n: int) -> str:
    return f"{n:05d}|{abs(n):x}"


def kind_of(n: int) -> str:
    if n < 0:
        return "negative"
    elif n == 0:
        return "zero"
    elif 0 < n < 10:
        return "small"
    return "large"


def checked_root(n: int) -> int:
    if n < 0:
        raise ValueError(f"{n} is negative")
    root = 0
    while (root + 1) * (root + 1) <= n:
        root += 1
    return root


def root_or_zero(n: int) -> int:
    try:
        return checked_root(n)
    except ValueError:
        return 0


def division(a: int, b: int) -> tuple[int, int]:
    return a // b, a % b


def uses_division(a: int, b: int) -> int:
    quotient, rest = division(a, b)
    return quotient * b + rest


def adders(values: list[int], step: int) -> list[int]:
    def add(value: int) -> int:
        return value + step

    return [add(value) for value in values]


def pairs_below(n: int) -> list[list[int]]:
    return [[i, j] for i in range(n) for j in range(i)]


def transposed_sum(rows: int, columns: int) -> int:
    table = [[i * columns + j for j in range(columns)] for i in range(rows)]
    total = 0
    for row in table:
        for value in row:
            total += value
    return total


def binary(n: int) -> str:
    digits = ""
    while n > 0:
        digits = str(n % 2) + digits
        n //= 2
    return digits or "0"


def insertion_sort(values: list[int]) -> list[int]:
    result = []
    for value in values:
        place = 0
        while place < len(result) and result[place] < value:
            place += 1
        result.insert(place, value)
    return result


def last_seen(values: list[int]) -> int:
    previous = 0
    repeats = 0
    for value in values:
        if value == previous:
            repeats += 1
        previous = value
    return repeats


def last_even(values: list[int]) -> int:
    value = 0
    for value in values:
        if value % 2 == 0:
            break
        value = 2 * value
    return value


def position_of_largest(values: list[int]) -> int:
    best = 0
    for i, value in enumerate(values):
        if value > values[best]:
            best = i
    else_seen = -1
    for i in range(len(values)):
        else_seen = max(else_seen, i)
    return 100 * best + else_seen + (i if values else 0)


def longest_words(text: str) -> list[str]:
    return sorted(text.split(), key=lambda word: len(word), reverse=True)


def counted(text: str) -> list[str]:
    counts = {}
    for word in text.split():
        counts.setdefault(word, []).append(word.upper())
    return sorted(counts)


def cut(text: str) -> tuple[str, str, str]:
    before, mark, after = text.partition("=")
    return after, mark, before


def number_or(text: str, otherwise: int) -> int:
    try:
        return int(text)
    except ValueError:
        return otherwise


def rounded(n: int, m: int) -> list[float]:
    return [round(n / m), round(n / m, 1), int(n / m)]


def truth(text: str | None = None) -> bool:
    return bool(text and text.startswith(("a", "b")))


def quotient(n: int, m: int) -> int:
    q, r = divmod(n, m)
    if (total := 2 * q - r) > 3:
        return total
    return -total


def same_lists(first: list[int], second: list[int]) -> bool:
    return sorted(first) == sorted(second)


def unique(values: list[int]) -> list[int]:
    seen = set()
    result = []
    for value in values:
        if value not in seen:
            seen.add(value)
            result.append(value)
    return result
