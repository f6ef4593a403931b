import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

import { parseTfvars } from './parse-tfvars.ts';

const folder = path.resolve(import.meta.dirname, '../../infra/environments');

describe('a file of values', () => {
  it('is read with everything Terraform lets it hold', () => {
    const values = parseTfvars(`
# a comment with "quotes" { and braces
name = "cmap" // trailing
size = -1.5e3
model = {
  kind = "azure", name = "gpt \\"x\\" \\u00e9"
  "quoted key" : true
  nothing = null /* of
  two lines */
}
list = [
  "a", # one
  { k = [] },
]
text = "$\${not} %%{computed}"
plain = <<EOT
  a
EOT
cut = <<-PEM
    -----BEGIN
      x
    PEM
empty = {}`);
    expect(values).toEqual({
      name: 'cmap',
      size: -1500,
      model: { kind: 'azure', name: 'gpt "x" é', 'quoted key': true, nothing: null },
      list: ['a', { k: [] }],
      text: `\${not} %{computed}`,
      plain: '  a\n',
      cut: '-----BEGIN\n  x\n',
      empty: {},
    });
  });

  it.each(readdirSync(folder))('%s is understood', (file) => {
    expect(parseTfvars(readFileSync(path.join(folder, file), 'utf8'))).toHaveProperty('gitlab_url');
  });

  it.each([
    { name: 'something to compute', text: `a = "x"\nb = "\${var.c}"`, says: 'line 2' },
    { name: 'a function', text: 'a = file("x")', says: 'line 1: "file"' },
    { name: 'a block', text: 'a {\n}', says: 'line 1: "{"' },
    { name: 'a list that is not closed', text: 'a = [1', says: 'line 1: "the end"' },
    { name: 'an object that is not closed', text: 'a = {\n b = 1\n', says: 'line 3: "the end"' },
    { name: 'two values in one line', text: 'a = 1 b = 2', says: 'line 1: "b"' },
    { name: 'a text that is not closed', text: 'a = "b\n', says: 'line 1' },
  ])('is refused with the line where it has $name', ({ text, says }) => {
    expect(() => parseTfvars(text)).toThrow(says);
  });
});
