import type { EvalTicket } from './ticket.ts';

const text = String.raw;
const language = 'c';

/** Builds `test_NAME` of one source file and runs it. */
function makefileFor(name: string) {
  return {
    '.gitignore': `test_${name}\n*.o\n`,
    Makefile: `CC = cc
CFLAGS = -std=c11 -Wall -Wextra

test: test_${name}
\t./test_${name}

test_${name}: test_${name}.c ${name}.c ${name}.h
\t$(CC) $(CFLAGS) -o $@ test_${name}.c ${name}.c

.PHONY: test
`,
  };
}

export const C: readonly EvalTicket[] = [
  {
    id: 'c-1',
    language,
    summary: 'Find the middle of large numbers',
    description:
      '`middle(a, b)` in `middle.c` overflows for large numbers. It must return the middle of two ints with a <= b, rounded down towards a, for every such pair, negative ones too.',
    files: {
      ...makefileFor('middle'),
      'middle.h': text`#ifndef MIDDLE_H
#define MIDDLE_H

/* The middle of two ints, a <= b. */
int middle(int a, int b);

#endif
`,
      'middle.c': text`#include "middle.h"

int middle(int a, int b) { return (a + b) / 2; }
`,
      'test_middle.c': text`#include "middle.h"

int main(void) { return middle(2, 6) == 4 && middle(0, 1) == 0 ? 0 : 1; }
`,
    },
    hidden: text`#include "middle.h"
int main(void) {
  SHOW(middle(1, 4));
  SHOW(middle(2147483645, 2147483647));
  SHOW(middle(0, 0));
  SHOW(middle(INT_MIN, INT_MAX));
  SHOW(middle(-4, -1));
  SHOW(middle(INT_MIN, INT_MIN + 2));
  return 0;
}
`,
    expected: ['2', '2147483646', '0', '-1', '-3', '-2147483647'],
    answer: {
      'middle.c': text`#include "middle.h"

int middle(int a, int b) {
  long long from = a;
  return (int)(from + ((long long)b - from) / 2);
}
`,
    },
  },
  {
    id: 'c-2',
    language,
    summary: 'Reverse the order of words in place',
    description:
      'Add `reverse_words(text)` to `words.c` and `words.h`: it reverses the order of the words of a text in place, so that "one two" becomes "two one". Words are parted by single blanks.',
    files: {
      ...makefileFor('words'),
      'words.h': text`#ifndef WORDS_H
#define WORDS_H

/* How many words a text has that are parted by single blanks. */
int count_words(const char *text);

#endif
`,
      'words.c': text`#include "words.h"

int count_words(const char *text) {
  if (*text == 0) return 0;
  int count = 1;
  for (; *text; text++) count += *text == ' ';
  return count;
}
`,
      'test_words.c': text`#include "words.h"

int main(void) { return count_words("one two") == 2 && count_words("") == 0 ? 0 : 1; }
`,
    },
    hidden: text`#include "words.h"
int main(void) {
  char three[] = "one two three";
  reverse_words(three);
  SHOW_TEXT(three);
  char none[] = "";
  reverse_words(none);
  SHOW_TEXT(none);
  char single[] = "x";
  reverse_words(single);
  SHOW_TEXT(single);
  char two[] = "ab cde";
  reverse_words(two);
  SHOW_TEXT(two);
  SHOW(count_words(three));
  return 0;
}
`,
    expected: ['<three two one>', '<>', '<x>', '<cde ab>', '3'],
    answer: {
      'words.h': text`#ifndef WORDS_H
#define WORDS_H

/* How many words a text has that are parted by single blanks. */
int count_words(const char *text);

/* Reverses the order of the words, in place. */
void reverse_words(char *text);

#endif
`,
      'words.c': text`#include "words.h"

#include <string.h>

int count_words(const char *text) {
  if (*text == 0) return 0;
  int count = 1;
  for (; *text; text++) count += *text == ' ';
  return count;
}

static void flip(char *from, char *to) {
  while (from < to) {
    char kept = *from;
    *from++ = *to;
    *to-- = kept;
  }
}

void reverse_words(char *text) {
  size_t length = strlen(text);
  if (length == 0) return;
  flip(text, text + length - 1);
  char *word = text;
  for (char *at = text;; at++) {
    if (*at != ' ' && *at != 0) continue;
    flip(word, at - 1);
    if (*at == 0) return;
    word = at + 1;
  }
}
`,
    },
  },
  {
    id: 'c-3',
    language,
    summary: 'Never write past the buffer',
    description:
      '`join(out, size, a, b)` in `join.c` writes past `out` where both texts do not fit. It must write both with a slash between and return the length of the whole, or write an empty text and return -1 where that does not fit together with its 0 at the end. With size 0 it writes nothing and returns -1.',
    files: {
      ...makefileFor('join'),
      'join.h': text`#ifndef JOIN_H
#define JOIN_H

#include <stddef.h>

/* Both texts with a slash between. */
int join(char *out, size_t size, const char *a, const char *b);

#endif
`,
      'join.c': text`#include "join.h"

#include <stdio.h>

int join(char *out, size_t size, const char *a, const char *b) {
  (void)size;
  return sprintf(out, "%s/%s", a, b);
}
`,
      'test_join.c': text`#include "join.h"

#include <string.h>

int main(void) {
  char out[16];
  return join(out, sizeof out, "a", "b") == 3 && strcmp(out, "a/b") == 0 ? 0 : 1;
}
`,
    },
    hidden: text`#include "join.h"
int main(void) {
  char out[16] = "123456789012345";
  SHOW(join(out, 8, "abc", "def"));
  SHOW_TEXT(out);
  memcpy(out, "123456789012345", 16);
  SHOW(join(out, 8, "abcd", "def"));
  SHOW_TEXT(out);
  SHOW_TEXT(out + 9);
  memcpy(out, "123456789012345", 16);
  SHOW(join(out, 0, "a", "b"));
  SHOW_TEXT(out);
  SHOW(join(out, 2, "", ""));
  SHOW_TEXT(out);
  return 0;
}
`,
    expected: ['7', '<abc/def>', '-1', '<>', '<012345>', '-1', '<123456789012345>', '1', '</>'],
    answer: {
      'join.c': text`#include "join.h"

#include <stdio.h>

int join(char *out, size_t size, const char *a, const char *b) {
  int length = snprintf(out, size, "%s/%s", a, b);
  if (length >= 0 && (size_t)length < size) return length;
  if (size > 0) out[0] = 0;
  return -1;
}
`,
    },
  },
  {
    id: 'c-4',
    language,
    summary: 'Count the bits of a number',
    description:
      'Add `count_bits(value)` to `bits.c` and `bits.h`. It returns as an int how many bits of a `uint64_t` are set.',
    files: {
      ...makefileFor('bits'),
      'bits.h': text`#ifndef BITS_H
#define BITS_H

#include <stdint.h>

/* Whether a bit is set, from 0. */
int has_bit(uint64_t value, int bit);

#endif
`,
      'bits.c': text`#include "bits.h"

int has_bit(uint64_t value, int bit) { return (int)((value >> bit) & 1); }
`,
      'test_bits.c': text`#include "bits.h"

int main(void) { return has_bit(5, 2) && !has_bit(5, 1) ? 0 : 1; }
`,
    },
    hidden: text`#include "bits.h"
int main(void) {
  SHOW(count_bits(0));
  SHOW(count_bits(7));
  SHOW(count_bits(UINT64_MAX));
  SHOW(count_bits(1ULL << 40));
  SHOW(count_bits(0xF00000000000000FULL));
  SHOW(has_bit(5, 2));
  return 0;
}
`,
    expected: ['0', '3', '64', '1', '8', '1'],
    answer: {
      'bits.h': text`#ifndef BITS_H
#define BITS_H

#include <stdint.h>

/* Whether a bit is set, from 0. */
int has_bit(uint64_t value, int bit);

/* How many bits are set. */
int count_bits(uint64_t value);

#endif
`,
      'bits.c': text`#include "bits.h"

int has_bit(uint64_t value, int bit) { return (int)((value >> bit) & 1); }

int count_bits(uint64_t value) {
  int count = 0;
  for (; value; value &= value - 1) count++;
  return count;
}
`,
    },
  },
  {
    id: 'c-5',
    language,
    summary: 'Parse a number and nothing else',
    description:
      '`parse_int(text, value)` in `parse.c` takes everything that begins like a number. It must set the value and return 0 for a text that is a whole decimal int, with or without a minus sign, and return -1 and leave the value as it is for every other text.',
    files: {
      ...makefileFor('parse'),
      'parse.h': text`#ifndef PARSE_H
#define PARSE_H

/* 0 and the value of a text, or -1. */
int parse_int(const char *text, int *value);

#endif
`,
      'parse.c': text`#include "parse.h"

#include <stdlib.h>

int parse_int(const char *text, int *value) {
  *value = atoi(text);
  return 0;
}
`,
      'test_parse.c': text`#include "parse.h"

int main(void) {
  int value = 0;
  return parse_int("42", &value) == 0 && value == 42 ? 0 : 1;
}
`,
    },
    hidden: text`#include "parse.h"
static void try(const char *text) {
  int value = 9;
  printf("%d ", parse_int(text, &value));
  SHOW(value);
}
int main(void) {
  try("42");
  try("-7");
  try("2147483647");
  try("-2147483648");
  try("4x");
  try("");
  try("-");
  try(" 4");
  try("4 ");
  try("2147483648");
  try("99999999999999999999");
  return 0;
}
`,
    expected: [...['0 42', '0 -7', '0 2147483647', '0 -2147483648'], ...Array.from({ length: 7 }, () => '-1 9')],
    answer: {
      'parse.c': text`#include "parse.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

int parse_int(const char *text, int *value) {
  const char *digits = text[0] == '-' ? text + 1 : text;
  if (!isdigit((unsigned char)digits[0])) return -1;
  char *end;
  errno = 0;
  long number = strtol(text, &end, 10);
  if (*end != 0 || errno == ERANGE || number > INT_MAX || number < INT_MIN) return -1;
  *value = (int)number;
  return 0;
}
`,
    },
  },
];
