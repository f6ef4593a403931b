import { describe, expect, it } from 'vitest';
import { formatAllow } from '../messages/format-refused-work.ts';
import { canBeNamed, readAllow } from './read-allow.ts';

const agent = { self: { accountId: 'cmap', displayName: 'Robot' }, words: ['/copilot', '@cmap'] };
const read = (body: string) => readAllow(body, agent);

it.each([
  ['/copilot allow .gitlab-ci.yml', ['.gitlab-ci.yml']],
  ['/copilot Allow a.txt, b/c.txt', ['a.txt', 'b/c.txt']],
  ['@Robot allow a.txt', ['a.txt']],
  ['@cmap: allow a.txt', ['a.txt']],
  ['/copilot allow "docs/my page.md" a.txt', ['docs/my page.md', 'a.txt']],
  ['/copilot allow `src/__init__.py`', ['src/__init__.py']],
  ['/copilot allow src/\\_\\_init\\_\\_.py', ['src/__init__.py']],
  ['/copilot allow app/[id]/page.tsx', ['app/[id]/page.tsx']],
  ['/copilot allow [README.md](http://README.md)', ['README.md']],
  ['/copilot allow [README.md](http://README.md/)', ['README.md']],
  ['/copilot allow <http://README.md>', ['README.md']],
  ['/copilot allow a.txt a.txt\n', ['a.txt']],
])('readAllow takes %j', (body, paths) => {
  expect(read(body)).toEqual(paths);
});

describe('readAllow takes nothing of', () => {
  it.each([
    ['a quote', '> /copilot allow a.txt'],
    ['code', '`/copilot allow a.txt`'],
    ['a block of code', '```\n/copilot allow a.txt\n```'],
    ['indented code', '    /copilot allow a.txt'],
    ['formatted words', '**/copilot allow a.txt**'],
    ['a list', '- /copilot allow a.txt'],
    ['a second line', '/copilot allow a.txt\nand go on'],
    ['words before it', 'Please /copilot allow a.txt'],
    ['a hidden comment before it', '<!-- x -->/copilot allow a.txt'],
    ['no path', '/copilot allow'],
    ['another word', '/copilot allowed a.txt'],
    ['no address', 'allow a.txt'],
    ['a longer name', '/copilotx allow a.txt'],
    ['an open quote', '/copilot allow "a.txt'],
    ['a link that shows another file', '/copilot allow [a.txt](http://.gitlab-ci.yml)'],
  ])('%s', (_, body) => {
    expect(read(body)).toBeUndefined();
  });
});

it.each([
  ['a b.txt', true],
  ['app/[id].ts', true],
  ['<.gitlab-ci.yml>', false],
  ['[a](a)', false],
  ['a"b', false],
  ['a`b', false],
  ['a\\b', false],
  [' a', false],
])('canBeNamed says of %j: %s', (path, is) => {
  expect(canBeNamed(path)).toBe(is);
});

it.each(['a b.txt', 'a,b.txt', 'app/[id]/page.tsx', '.gitlab-ci.yml', 'src/__init__.py', 'a*b?.txt'])(
  'a line that is shown to people is read as the file it names: %j',
  (path) => {
    const step = formatAllow([{ path, rule: 'protected-path' }]) ?? '';
    const [, line = ''] = /(\/copilot allow .*)`\./.exec(step) ?? [];
    expect(read(line)).toEqual([path]);
  },
);
