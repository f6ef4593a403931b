import type { EvalTicket } from './ticket.ts';

const text = String.raw;
const language = 'perl';

export const PERL: readonly EvalTicket[] = [
  {
    id: 'pl-1',
    language,
    summary: 'Trim every kind of white space',
    description:
      '`trim` in `lib/Text.pm` takes blanks only. It must take all white space at both ends, and return an empty text for `undef`.',
    files: {
      'lib/Text.pm': text`package Text;
use strict;
use warnings;

sub trim {
    my ($text) = @_;
    $text =~ s/^ +| +$//g;
    return $text;
}

1;
`,
      't/text.t': text`use strict;
use warnings;
use Test::More tests => 1;
use Text;

is(Text::trim("  a b "), "a b", "takes blanks");
`,
    },
    hidden: text`use Text;
show(Text::trim("\t a b \n"));
show(Text::trim("a"));
show(Text::trim(undef));
show(Text::trim("\r\n\f x\ty \r\n"));
show(Text::trim("   "));
`,
    expected: ['<a b>', '<a>', '<>', '<x\ty>', '<>'],
    answer: {
      'lib/Text.pm': text`package Text;
use strict;
use warnings;

sub trim {
    my ($text) = @_;
    return "" unless defined $text;
    $text =~ s/^\s+|\s+$//g;
    return $text;
}

1;
`,
    },
  },
  {
    id: 'pl-2',
    language,
    summary: 'Sum a column of a table',
    description:
      'Add `column_sum($text, $index)` to `lib/Table.pm`: the sum of one column of tab-separated lines, counted from 0. Cells that are no decimal number, and cells that are not there, count nothing.',
    files: {
      'lib/Table.pm': text`package Table;
use strict;
use warnings;

sub rows {
    my ($text) = @_;
    return map { [split /\t/, $_, -1] } split /\n/, $text;
}

1;
`,
      't/table.t': text`use strict;
use warnings;
use Test::More tests => 1;
use Table;

is_deeply([Table::rows("a\tb\nc\t\n")], [["a", "b"], ["c", ""]], "splits lines and cells");
`,
    },
    hidden: text`use Table;
show(Table::column_sum("a\t1\nb\t2.5\nc\tx\nd\n", 1));
show(Table::column_sum("", 0));
show(Table::column_sum("-1\n3", 0));
show(Table::column_sum("1a\n2\n\n", 0));
show(scalar(my @rows = Table::rows("a\nb")));
`,
    expected: ['<3.5>', '<0>', '<2>', '<2>', '<2>'],
    answer: {
      'lib/Table.pm': text`package Table;
use strict;
use warnings;

sub rows {
    my ($text) = @_;
    return map { [split /\t/, $_, -1] } split /\n/, $text;
}

sub column_sum {
    my ($text, $index) = @_;
    my $sum = 0;
    for my $row (rows($text)) {
        my $cell = $row->[$index];
        $sum += $cell if defined $cell && $cell =~ /^-?\d+(?:\.\d+)?$/;
    }
    return $sum;
}

1;
`,
    },
  },
  {
    id: 'pl-3',
    language,
    summary: 'Compare versions by their numbers',
    description:
      '`newer($one, $other)` in `lib/Release.pm` compares versions as texts, so that 1.9 is newer than 1.10. It must compare the numbers between the dots, with missing ones as 0, and return 1 where the first version is newer and 0 otherwise.',
    files: {
      'lib/Release.pm': text`package Release;
use strict;
use warnings;

sub newer {
    my ($one, $other) = @_;
    return $one gt $other ? 1 : 0;
}

1;
`,
      't/release.t': text`use strict;
use warnings;
use Test::More tests => 2;
use Release;

is(Release::newer("1.2", "1.1"), 1, "newer");
is(Release::newer("1.1", "1.2"), 0, "older");
`,
    },
    hidden: text`use Release;
for my $pair (["1.10", "1.9"], ["1.9", "1.10"], ["1.0", "1"], ["1", "1.0"], ["2", "1.9.9"], ["1.0.1", "1"], ["10", "9"]) {
    show(Release::newer(@$pair));
}
`,
    expected: ['<1>', '<0>', '<0>', '<0>', '<1>', '<1>', '<1>'],
    answer: {
      'lib/Release.pm': text`package Release;
use strict;
use warnings;

sub newer {
    my ($one, $other) = @_;
    my @one = split /\./, $one;
    my @other = split /\./, $other;
    while (@one || @other) {
        my $order = (shift(@one) // 0) <=> (shift(@other) // 0);
        return $order > 0 ? 1 : 0 if $order;
    }
    return 0;
}

1;
`,
    },
  },
  {
    id: 'pl-4',
    language,
    summary: 'Read sections of a settings file',
    description:
      '`parse($text)` in `lib/Ini.pm` returns a reference to a hash of the keys of a text. It must know sections as well: the line `[a]` makes `k=v` after it the key `a.k`. Lines that begin with `#` or `;` and empty lines are left out, and white space around names and values does not count.',
    files: {
      'lib/Ini.pm': text`package Ini;
use strict;
use warnings;

sub parse {
    my ($text) = @_;
    my %found;
    for my $line (split /\n/, $text) {
        $found{$1} = $2 if $line =~ /^(\w+)=(.*)$/;
    }
    return \%found;
}

1;
`,
      't/ini.t': text`use strict;
use warnings;
use Test::More tests => 1;
use Ini;

is_deeply(Ini::parse("a=1\nb=2\n"), { a => "1", b => "2" }, "reads keys");
`,
    },
    hidden: text`use Ini;
sub all_of { my ($found) = @_; return join(",", map { "$_=$found->{$_}" } sort keys %$found) }
show(all_of(Ini::parse("# x=1\n[a]\nk = v 1 \n;y=2\n\n[b]\nk=2\n")));
show(all_of(Ini::parse("top=1\n[a]\nk=a=b\n")));
show(all_of(Ini::parse("")));
show(all_of(Ini::parse("[ a ]\n  name   =  value \n")));
`,
    expected: ['<a.k=v 1,b.k=2>', '<a.k=a=b,top=1>', '<>', '<a.name=value>'],
    answer: {
      'lib/Ini.pm': text`package Ini;
use strict;
use warnings;

sub parse {
    my ($text) = @_;
    my ($section, %found) = ("");
    for my $line (split /\n/, $text) {
        next if $line =~ /^\s*(?:[#;]|$)/;
        if ($line =~ /^\s*\[\s*(.+?)\s*\]/) { $section = "$1."; next }
        $found{"$section$1"} = $2 if $line =~ /^\s*(.+?)\s*=\s*(.*?)\s*$/;
    }
    return \%found;
}

1;
`,
    },
  },
  {
    id: 'pl-5',
    language,
    summary: 'Wrap lines between words',
    description:
      '`wrap($text, $width)` in `lib/Lines.pm` cuts words in two. It must break lines between words only, so that no line is longer than the width, and leave a word that is longer than the width whole on a line of its own. Lines have no blanks at their ends.',
    files: {
      'lib/Lines.pm': text`package Lines;
use strict;
use warnings;

sub wrap {
    my ($text, $width) = @_;
    my @lines = $text =~ /(.{1,$width})/g;
    return join "\n", @lines;
}

1;
`,
      't/lines.t': text`use strict;
use warnings;
use Test::More tests => 1;
use Lines;

is(Lines::wrap("one", 7), "one", "leaves what fits");
`,
    },
    hidden: text`use Lines;
sub flat { my ($text) = @_; $text =~ s/\n/|/g; return $text }
show(flat(Lines::wrap("one two three", 7)));
show(flat(Lines::wrap("abcdefghij k", 4)));
show(flat(Lines::wrap("", 4)));
show(flat(Lines::wrap("aa bb cc", 2)));
show(flat(Lines::wrap("a bb ccc dddd", 8)));
`,
    expected: ['<one two|three>', '<abcdefghij|k>', '<>', '<aa|bb|cc>', '<a bb ccc|dddd>'],
    answer: {
      'lib/Lines.pm': text`package Lines;
use strict;
use warnings;

sub wrap {
    my ($text, $width) = @_;
    my @lines;
    for my $word (split " ", $text) {
        if (@lines && length($lines[-1]) + 1 + length($word) <= $width) { $lines[-1] .= " $word" }
        else { push @lines, $word }
    }
    return join "\n", @lines;
}

1;
`,
    },
  },
];
