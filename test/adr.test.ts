import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

it('each decision has its number, a status and the four parts', () => {
  const files = globSync('docs/adr/*.md', { cwd: root }).sort();
  expect(files.length).toBeGreaterThan(15);
  const incomplete = files.filter((file) => {
    const number = Number(path.basename(file).slice(0, 4));
    const parts = ['Context', 'Options considered', 'Decision', 'Consequences'].map((part) => `## ${part}\n[^]+`);
    return !new RegExp(`^# ${number}\\. .+\n\nStatus: \\S.*\n\n${parts.join('')}$`).test(read(file));
  });
  expect(incomplete).toEqual([]);
});

/** Names the global function; a parameter or a field of this name is another one. */
function callsFetch(text: string): boolean {
  const isOther = /[{(,]\s*fetch\s*[,:}]/.test(text);
  return !isOther && /(?<![.\w])fetch\(|(?:=|\?\?) fetch\b/.test(text);
}

it('finds who calls fetch, by its name or as a default', () => {
  const texts = ['await fetch(url);', 'send: typeof fetch = fetch) {', '(deps.fetch ?? fetch)(url)'];
  expect(texts.map(callsFetch)).toEqual([true, true, true]);
  const others = ['deps.fetch(url)', 'prefetch(url)', 'read({ fetch, url }) { fetch(url)', 'fetch?: typeof fetch;'];
  expect(others.map(callsFetch)).toEqual([false, false, false, false]);
});

it('0020 names every file of the programs that calls fetch beside the HTTP client', () => {
  const files = globSync('{functions,shared,runner-container,cli}/**/*.ts', { cwd: root }).filter(
    (file) => !file.endsWith('.test.ts') && !/[/\\]page[/\\]client[/\\]|create-http-client/.test(file),
  );
  const callers = files.filter((file) => callsFetch(read(file))).map((file) => file.replaceAll('\\', '/'));
  const [page = ''] = globSync('docs/adr/0020-*.md', { cwd: root });
  const named = [...read(page).matchAll(/\(`([\w./-]+\.ts)`\)/g)].map(([, file = '']) => file);
  expect(callers.filter((file) => !named.some((name) => file.endsWith(`/${name}`)))).toEqual([]);
  expect(named.filter((name) => !callers.some((file) => file.endsWith(`/${name}`)))).toEqual([]);
});
