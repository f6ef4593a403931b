import { expect, it } from 'vitest';
import { createCommandNames } from './name-commands.ts';

const WORDS = ['run', 'runs', 'queue', 'render-json', 'env'];
const typed = createCommandNames('npx cmap', WORDS);

it.each([
  { text: 'no run; `cmap run show RUN` says more', named: 'no run; `npx cmap run show RUN` says more' },
  { text: 'see cmap --help', named: 'see npx cmap --help' },
  { text: '  cmap <command> [options]', named: '  npx cmap <command> [options]' },
  { text: 'source <(cmap queue ls)', named: 'source <(npx cmap queue ls)' },
  { text: '`cmap render-json` and `cmap help run`', named: '`npx cmap render-json` and `npx cmap help run`' },
])('names the commands of "$text"', ({ text, named }) => {
  expect(typed(text)).toBe(named);
});

it.each([
  'npx cmap run ls works in its folder',
  'cmap: no such file',
  'Say who cmap is in GitLab',
  'cmap renders nothing, and cmap runner is no command',
  'the chart infra/helm/cmap run by Helm',
  './cmap queue ls',
])('leaves "%s" as it is', (text) => {
  expect(typed(text)).toBe(text);
});

it('leaves every text as it is where the program has its own name', () => {
  expect(createCommandNames('cmap', WORDS)('`cmap run ls`')).toBe('`cmap run ls`');
});
