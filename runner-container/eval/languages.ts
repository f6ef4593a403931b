import type { Language } from './tickets/ticket.ts';

export interface LanguageTools {
  /** As people write it. */
  name: string;
  /** Programs that must be there. */
  tools: readonly string[];
  /** What a run of the product would have as `validate`: the tests of the repository. */
  validate: string;
  /** Where the hidden test is put. */
  file: string;
  /** What stands before every hidden test: how it prints. */
  head: string;
  /** A shell command that runs it, at the root of the repository. */
  run: string;
}

export const LANGUAGES: Readonly<Record<Language, LanguageTools>> = {
  javascript: {
    name: 'JavaScript',
    tools: ['node'],
    validate: 'node --test',
    file: 'hidden.mjs',
    head: "const show = (value) => console.log(JSON.stringify(value) ?? 'undefined');\n",
    run: 'node hidden.mjs',
  },
  python: {
    name: 'Python',
    tools: ['python3'],
    validate: 'python3 -m unittest --quiet',
    file: 'hidden.py',
    head: `def show(value):
    print(repr(value))


def fails(kind, work):
    try:
        return repr(work())
    except kind:
        return kind.__name__


`,
    run: 'python3 hidden.py',
  },
  perl: {
    name: 'Perl',
    tools: ['perl'],
    validate: 'for test in t/*.t; do perl -Ilib "$test"; done',
    file: 'hidden.pl',
    head: `use strict;
use warnings;
sub show { print join(' ', map { defined $_ ? "<$_>" : 'undef' } @_), "\\n" }
`,
    run: 'perl -Ilib hidden.pl',
  },
  c: {
    name: 'C',
    tools: ['cc', 'make'],
    validate: 'make -s test',
    file: 'hidden.c',
    head: `#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#define SHOW(value) (printf("%lld\\n", (long long)(value)), fflush(stdout))
#define SHOW_TEXT(text) (printf("<%s>\\n", (text)), fflush(stdout))
`,
    run: `cc -std=c11 -I. -o "$TMPDIR/hidden" hidden.c $(ls -- *.c | grep -v -e '^test_' -e '^hidden') && "$TMPDIR/hidden"`,
  },
};
