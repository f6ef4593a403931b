import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const WIDTH = 120;

/** Lines of comments that are wider, each as `file:line`; a single long word, such as an address, cannot be wrapped. */
function findWideComments(file: string, text: string): string[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.length <= WIDTH) return [];
    const content = /^\s*(?:\/\*\*|\*|\/\/)\s?(.*)$/.exec(line)?.[1] ?? findTrailingComment(line);
    const isWide = content !== undefined && /\S\s+\S/.test(content);
    return isWide ? [`${file}:${index + 1}`] : [];
  });
}

/** A string of one line, or a regular expression where an expression may begin; both may hold what begins a comment. */
const LITERAL =
  /'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`|(?<=[(,=:[!&|?{;]\s*)\/(?![/*])(?:\\.|[^/\\])+\//g;

/** What follows `//` behind code. */
function findTrailingComment(line: string): string | undefined {
  const code = line.replaceAll(LITERAL, (literal) => '_'.repeat(literal.length));
  const start = code.search(/\s\/\/\s/);
  return start < 0 ? undefined : line.slice(start + 3);
}

it('finds a comment that is too wide, and takes neither an address nor a string for one', () => {
  const words = 'word '.repeat(30);
  const address = `https://example.com/${'a'.repeat(120)}`;
  const text = [
    'const a = 1;',
    `  // ${words}`,
    `/** ${words}*/`,
    ` * ${words}`,
    ` * ${address}`,
    `const b = '${words}';`,
    `const c = 'it\\'s'; // ${words}`,
    `const d = text.split(/'\\//); // ${words}`,
    `const e = 1; // ${address}`,
    `const f = 'the // ${words}';`,
    `const g = \`\${a} // ${words}\`;`,
    `const h = fetch('${address}'); // one`,
  ];
  expect(findWideComments('a.ts', text.join('\n'))).toEqual(['a.ts:2', 'a.ts:3', 'a.ts:4', 'a.ts:7', 'a.ts:8']);
});

it('wraps every comment at 120', () => {
  const rooms = '{functions,shared,runner-container,cli,sandbox,scripts,test}/**/*.{ts,cjs}';
  const own = globSync(rooms, { cwd: root }).filter((file) => !/\.generated\.ts$|^test.(?:fixtures|specs)./.test(file));
  expect(own.length).toBeGreaterThan(500);
  expect(own.flatMap((file) => findWideComments(file, readFileSync(path.join(root, file), 'utf8')))).toEqual([]);
});
