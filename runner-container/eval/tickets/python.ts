import type { EvalTicket } from './ticket.ts';

const text = String.raw;
const language = 'python';
const IGNORED = { '.gitignore': '__pycache__/\n' };

export const PYTHON: readonly EvalTicket[] = [
  {
    id: 'py-1',
    language,
    summary: 'Merge ranges that touch',
    description:
      '`merge(ranges)` in `ranges.py` must join ranges that overlap or touch, in any order, and return them sorted as a list of tuples. The list it is given stays as it is.',
    files: {
      ...IGNORED,
      'ranges.py': text`def length(ranges):
    """How much sorted ranges cover that do not overlap."""
    return sum(end - start for start, end in ranges)


def merge(ranges):
    """Ranges that do not overlap."""
    return ranges
`,
      'test_ranges.py': text`import unittest

from ranges import length, merge


class RangesTest(unittest.TestCase):
    def test_length(self):
        self.assertEqual(length([(1, 2), (5, 9)]), 5)

    def test_apart(self):
        self.assertEqual(merge([(1, 2), (5, 9)]), [(1, 2), (5, 9)])
`,
    },
    hidden: text`from ranges import length, merge

given = [(5, 7), (1, 2), (2, 4)]
show(merge(given))
show(given)
show(merge([(1, 9), (2, 3), (20, 21), (9, 10)]))
show(merge([]))
show(length(merge([(1, 5), (3, 8)])))
`,
    expected: ['[(1, 4), (5, 7)]', '[(5, 7), (1, 2), (2, 4)]', '[(1, 10), (20, 21)]', '[]', '7'],
    answer: {
      'ranges.py': text`def length(ranges):
    """How much sorted ranges cover that do not overlap."""
    return sum(end - start for start, end in ranges)


def merge(ranges):
    """Sorted ranges that neither overlap nor touch."""
    merged = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
`,
    },
  },
  {
    id: 'py-2',
    language,
    summary: 'Write Roman numerals',
    description:
      '`roman.py` reads Roman numerals. Add `to_roman(number)`, which writes whole numbers from 1 to 3999 and raises `ValueError` for every other.',
    files: {
      ...IGNORED,
      'roman.py': text`VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}


def from_roman(numeral):
    """The number of a Roman numeral."""
    total = 0
    for letter, following in zip(numeral, numeral[1:] + "I"):
        value = VALUES[letter]
        total += -value if value < VALUES[following] else value
    return total
`,
      'test_roman.py': text`import unittest

from roman import from_roman


class RomanTest(unittest.TestCase):
    def test_reads(self):
        self.assertEqual(from_roman("MCMXCIV"), 1994)
`,
    },
    hidden: text`from roman import from_roman, to_roman

for number in (1, 4, 9, 40, 90, 444, 1994, 3999):
    show(to_roman(number))
for number in (0, -1, 4000):
    print(fails(ValueError, lambda: to_roman(number)))
show(all(from_roman(to_roman(number)) == number for number in range(1, 4000)))
`,
    expected: [
      ...["'I'", "'IV'", "'IX'", "'XL'", "'XC'", "'CDXLIV'", "'MCMXCIV'", "'MMMCMXCIX'"],
      ...['ValueError', 'ValueError', 'ValueError', 'True'],
    ],
    answer: {
      'roman.py': text`VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
STEPS = [(1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L")]
STEPS += [(40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]


def from_roman(numeral):
    """The number of a Roman numeral."""
    total = 0
    for letter, following in zip(numeral, numeral[1:] + "I"):
        value = VALUES[letter]
        total += -value if value < VALUES[following] else value
    return total


def to_roman(number):
    """The Roman numeral of a number from 1 to 3999."""
    if not 1 <= number <= 3999:
        raise ValueError(number)
    numeral = ""
    for value, letters in STEPS:
        count, number = divmod(number, value)
        numeral += letters * count
    return numeral
`,
    },
  },
  {
    id: 'py-3',
    language,
    summary: 'Share no list between calls',
    description:
      '`add_tag(tag, tags=[])` in `tags.py` keeps tags of earlier calls. Without a list it must begin with none. It must return a new list, leave the one it is given as it is, and add no tag twice.',
    files: {
      ...IGNORED,
      'tags.py': text`def add_tag(tag, tags=[]):
    """The tags with one more."""
    tags.append(tag)
    return tags
`,
      'test_tags.py': text`import unittest

from tags import add_tag


class TagsTest(unittest.TestCase):
    def test_adds(self):
        self.assertEqual(add_tag("b", ["a"]), ["a", "b"])
`,
    },
    hidden: text`from tags import add_tag

show(add_tag("a"))
show(add_tag("b"))
given = ["a"]
show(add_tag("b", given))
show(given)
again = add_tag("a", given)
show(again)
show(again is given)
`,
    expected: ["['a']", "['b']", "['a', 'b']", "['a']", "['a']", 'False'],
    answer: {
      'tags.py': text`def add_tag(tag, tags=()):
    """The tags with one more, as a new list."""
    return list(tags) if tag in tags else [*tags, tag]
`,
    },
  },
  {
    id: 'py-4',
    language,
    summary: 'Find the most frequent words',
    description:
      'Add `top(text, count)` to `counter.py`: the most frequent words of a text as a list of pairs of word and number, at most `count` of them. Words are compared in lower case and consist of the letters a to z, with apostrophes between letters. Words of the same number come in the order of the alphabet.',
    files: {
      ...IGNORED,
      'counter.py': text`def count_lines(text):
    """Lines that are not empty."""
    return sum(1 for line in text.splitlines() if line.strip())
`,
      'test_counter.py': text`import unittest

from counter import count_lines


class CounterTest(unittest.TestCase):
    def test_lines(self):
        self.assertEqual(count_lines("a\n\nb\n"), 2)
`,
    },
    hidden: text`from counter import count_lines, top

show(top("Don't panic. Don't! Panic, b a", 3))
show(top("", 3))
show(top("'x' x", 1))
show(top("b a b a c", 10))
show(count_lines("a\n\nb"))
`,
    expected: ["[(\"don't\", 2), ('panic', 2), ('a', 1)]", '[]', "[('x', 2)]", "[('a', 2), ('b', 2), ('c', 1)]", '2'],
    answer: {
      'counter.py': text`import re
from collections import Counter


def count_lines(text):
    """Lines that are not empty."""
    return sum(1 for line in text.splitlines() if line.strip())


def top(text, count):
    """The most frequent words, each with its number."""
    words = Counter(re.findall(r"[a-z]+(?:'[a-z]+)*", text.lower()))
    return sorted(words.items(), key=lambda item: (-item[1], item[0]))[:count]
`,
    },
  },
  {
    id: 'py-5',
    language,
    summary: 'Refuse cycles of dependencies',
    description:
      '`order(graph)` in `order.py` lists names after all they depend on; of several that could come next, the first of the alphabet does. With a cycle it runs for ever. It must raise `ValueError` then, and also where a name depends on one that is not in the graph.',
    files: {
      ...IGNORED,
      'order.py': text`def order(graph):
    """Names of a graph, each after those it depends on."""
    done = []
    while len(done) < len(graph):
        for name in sorted(graph):
            if name not in done and all(other in done for other in graph[name]):
                done.append(name)
                break
    return done
`,
      'test_order.py': text`import unittest

from order import order


class OrderTest(unittest.TestCase):
    def test_order(self):
        self.assertEqual(order({"app": ["lib"], "lib": []}), ["lib", "app"])
`,
    },
    hidden: text`from order import order

show(order({"app": ["lib"], "lib": [], "doc": []}))
show(order({}))
print(fails(ValueError, lambda: order({"a": ["b"], "b": ["a"]})))
print(fails(ValueError, lambda: order({"a": ["a"], "b": []})))
print(fails(ValueError, lambda: order({"a": ["missing"]})))
`,
    expected: ["['doc', 'lib', 'app']", '[]', 'ValueError', 'ValueError', 'ValueError'],
    answer: {
      'order.py': text`def order(graph):
    """Names of a graph, each after those it depends on. Raises ValueError where that cannot be."""
    done = []
    while len(done) < len(graph):
        ready = [name for name in sorted(graph) if name not in done and all(other in done for other in graph[name])]
        if not ready:
            raise ValueError("a cycle, or a name that is missing")
        done.append(ready[0])
    return done
`,
    },
  },
];
