import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const WIDTH = 120;

/** Lines of comments that are wider, each as `file:line`; a single long word, such as an address, cannot be wrapped. */
function findWideComments(file: string, text: string): string[] {
  return text.split('\n').flatMap((line, index) => {
    const [, content] = /^\s*(?:\/\*\*|\*|\/\/)\s?(.*)$/.exec(line) ?? [];
    const isWide = content !== undefined && line.length > WIDTH && /\S\s+\S/.test(content);
    return isWide ? [`${file}:${index + 1}`] : [];
  });
}

it('finds a comment that is too wide, and takes no address for one', () => {
  const words = 'word '.repeat(30);
  const address = `https://example.com/${'a'.repeat(120)}`;
  const text = [
    'const a = 1;',
    `  // ${words}`,
    `/** ${words}*/`,
    ` * ${words}`,
    ` * ${address}`,
    `const b = '${words}';`,
  ];
  expect(findWideComments('a.ts', text.join('\n'))).toEqual(['a.ts:2', 'a.ts:3', 'a.ts:4']);
});

it('wraps every comment at 120', () => {
  const rooms = '{functions,shared,runner-container,cli,sandbox,scripts,test}/**/*.{ts,cjs}';
  const own = globSync(rooms, { cwd: root }).filter((file) => !/\.generated\.ts$|^test.(?:fixtures|specs)./.test(file));
  expect(own.length).toBeGreaterThan(500);
  expect(own.flatMap((file) => findWideComments(file, readFileSync(path.join(root, file), 'utf8')))).toEqual([]);
});
