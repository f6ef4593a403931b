import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const WIDTH = 120;

/** Lines of comments that are wider, each as `file:line`; a single long word, such as an address, cannot be wrapped. */
function findWideComments(file: string, text: string): string[] {
  const { whole, behindCode } = /\.(?:ts|cjs|kql)$/.test(file) ? SLASHES : HASH;
  return text.split('\n').flatMap((line, index) => {
    if (line.length <= WIDTH || (index < 2 && PANEL.test(file))) return [];
    const content = whole.exec(line)?.[1] ?? findTrailing(behindCode, line);
    const isWide = content !== undefined && /\S\s+\S/.test(content);
    return isWide ? [`${file}:${index + 1}`] : [];
  });
}

/** Their first two lines are title and description of a panel (infra/modules/workbook), which people read. */
const PANEL = /^infra.queries.[^/\\]+\.kql$/;

const SLASHES = { whole: /^\s*(?:\/\*\*|\*|\/\/)\s?(.*)$/, behindCode: /\s\/\/\s/ };
const HASH = { whole: /^\s*#\s?(.*)$/, behindCode: /\s#\s/ };

/** A string of one line, or a regular expression where an expression may begin; both may hold what begins a comment. */
const LITERAL =
  /'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`|(?<=[(,=:[!&|?{;]\s*)\/(?![/*])(?:\\.|[^/\\])+\//g;

/** What follows the mark of a comment behind code. */
function findTrailing(mark: RegExp, line: string): string | undefined {
  const code = line.replaceAll(LITERAL, (literal) => '_'.repeat(literal.length));
  const start = code.search(mark);
  return start < 0 ? undefined : line.slice(start).replace(mark, '');
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

it('finds a wide comment behind a number sign, and takes neither an address nor the text of a panel for one', () => {
  const words = 'word '.repeat(30);
  const script = [`# ${words}`, `  run # ${words}`, `echo "# ${words}"`, `curl ${'a'.repeat(120)}#one two`];
  expect(findWideComments('a.sh', script.join('\n'))).toEqual(['a.sh:1', 'a.sh:2']);
  const query = ['// Runs', `// ${words}`, `// ${words}`].join('\n');
  expect(findWideComments('infra/queries/a.kql', query)).toEqual(['infra/queries/a.kql:3']);
});

it.each([
  ['of the programs', '{functions,shared,runner-container,cli,sandbox,scripts,test}/**/*.{ts,cjs}', 500],
  [
    'of what runs and deploys them',
    '{**/Dockerfile,.ci/run,{docs,examples,infra,test}/**/*.{yml,yaml},{infra,scripts}/**/*.{tf,tfvars,hcl,sh,kql}}',
    50,
  ],
])('wraps every comment %s at 120', (_, files, atLeast) => {
  const isLeftOut = (name: string) => /node_modules|lock\.hcl$/.test(name);
  const found = globSync(files, { cwd: root, exclude: isLeftOut });
  const own = found.filter((file) => !/\.generated\.ts$|^test.(?:fixtures|golden|specs)./.test(file));
  expect(own.length).toBeGreaterThan(atLeast);
  expect(own.flatMap((file) => findWideComments(file, readFileSync(path.join(root, file), 'utf8')))).toEqual([]);
});
