import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const pages = globSync(['*.md', '{docs,infra,examples,cli,sandbox,test}/**/*.md'], { cwd: root }).filter(
  (page) => !page.startsWith(path.join('test', 'golden')) && !page.includes('node_modules'),
);

/** `](target)` of links and images, without those to other sites and to places in the same page. */
function linksOf(text: string): string[] {
  const prose = text.replaceAll(/^( {4}|```[\s\S]*?^```).*$/gm, '').replaceAll(/`[^`\n]*`/g, '');
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets.filter((target) => !/^([a-z]+:|#)/.test(target)).map((target) => target.replace(/#.*$/, ''));
}

it('has no link to a file that is not there', () => {
  expect(pages.length).toBeGreaterThan(20);
  const found = pages.flatMap((page) =>
    linksOf(readFileSync(path.join(root, page), 'utf8')).map((to) => ({ page, to })),
  );
  expect(found.length).toBeGreaterThan(20);
  const broken = found.filter(({ page, to }) => !existsSync(path.resolve(root, path.dirname(page), to)));
  expect(broken).toEqual([]);
});

it('names no file of the documentation that is not there', () => {
  const rooms = ['{functions,shared,runner-container,cli,scripts,infra}/**/*.{ts,tf,md}', '*.md'];
  const files = globSync(rooms, { cwd: root }).filter((file) => !file.endsWith('.test.ts'));
  const named = files.flatMap((file) =>
    [...readFileSync(path.join(root, file), 'utf8').matchAll(/(?<![/\w.])docs\/[a-z0-9/.-]*[a-z0-9]/g)].map(([to]) => ({
      file,
      to,
    })),
  );
  expect(named.length).toBeGreaterThan(20);
  const isThere = (to: string) =>
    existsSync(path.join(root, to)) ||
    (/^docs\/adr\/\d{4}$/.test(to) && globSync(`${to}-*.md`, { cwd: root }).length > 0);
  expect(named.filter(({ to }) => !isThere(to))).toEqual([]);
});
