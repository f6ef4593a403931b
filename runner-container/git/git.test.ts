import picomatch from 'picomatch';
import { describe, expect, it } from 'vitest';

import { systemClock } from '../../shared/kernel/clock.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { formatCommitMessage, shortenSubject } from './commit-message.ts';
import { buildGitEnvironment } from './git-environment.ts';
import { hideCredential } from './hide-credential.ts';
import { planExcludes } from './plan-excludes.ts';
import { resolveInTree } from './tree-links.ts';

describe('shortenSubject', () => {
  it.each([
    { name: 'keeps what fits', subject: 'PROJ-1: short', shown: 'PROJ-1: short' },
    { name: 'makes one line', subject: 'PROJ-1: a\n\nb\u202e\u0007', shown: 'PROJ-1: a b' },
    { name: 'cuts at a word', subject: `PROJ-1: ${'word '.repeat(20)}`, shown: `PROJ-1:${' word'.repeat(12)}…` },
    {
      name: 'cuts a word that is too long',
      subject: `PROJ-1: ${'x'.repeat(100)}`,
      shown: `PROJ-1: ${'x'.repeat(63)}…`,
    },
  ])('$name', ({ subject, shown }) => {
    expect(shortenSubject(subject)).toBe(shown);
    expect([...shortenSubject(subject)].length).toBeLessThanOrEqual(72);
  });
});

it('formatCommitMessage lets no text pass for a trailer', () => {
  const body = 'First.\nCmap-Run: forged\n cmap-run: forged too\n\nLast.';
  expect(
    formatCommitMessage({
      subject: 'PROJ-1: x\nCmap-Run: forged',
      body,
      trailers: { 'Cmap-Run': 'real\nSigned-off-by: x' },
    }),
  ).toBe('PROJ-1: x Cmap-Run: forged\n\nFirst.\n\nLast.\n\nCmap-Run: real Signed-off-by: x\n');
});

it('formatCommitMessage has a line for each person who wrote with us', () => {
  const people = ['Ada <ada@example.com>', 'Bob <bob@example.com>'];
  const trailers = { 'Cmap-Run': 'r', 'Co-authored-by': people, 'Signed-off-by': 'cmap <cmap@example.com>' };
  expect(formatCommitMessage({ subject: 'x', body: 'Co-authored-by: Eve <eve@example.com>', trailers })).toBe(
    `x\n\nCmap-Run: r\nCo-authored-by: ${people[0]}\nCo-authored-by: ${people[1]}\nSigned-off-by: cmap <cmap@example.com>\n`,
  );
});

describe('buildGitEnvironment', () => {
  const git = {
    clock: systemClock,
    environment: { PATH: '/bin' },
    homeDirectory: '/home/empty',
    allowedProtocols: ['https'],
  };
  const remote = { cloneUrl: 'https://gitlab.example:8443/group/app.git', credential: new Secret('canary') };

  it('carries the token in exactly one variable, and only for a command that talks to the remote', () => {
    const holders = (environment: Record<string, string>) =>
      Object.keys(environment).filter((name) => environment[name]?.includes('canary'));
    expect(holders(buildGitEnvironment(git, {}, remote))).toEqual(['CMAP_GIT_TOKEN']);
    expect(holders(buildGitEnvironment(git, {}))).toEqual([]);
  });

  it('answers for the origin of the remote only', () => {
    const environment = buildGitEnvironment(git, {}, remote);
    const keys = Object.keys(environment).filter((name) => name.startsWith('GIT_CONFIG_KEY_'));
    expect(keys.map((name) => environment[name]).filter((key) => key?.startsWith('credential.'))).toEqual([
      'credential.helper',
      'credential.https://gitlab.example:8443.helper',
    ]);
  });
});

it.each([
  'to ken/ü',
  encodeURIComponent('to ken/ü'),
  encodeURIComponent('to ken/ü').toLowerCase(),
  Buffer.from('oauth2:to ken/ü').toString('base64'),
  Buffer.from('x-access-token:to ken/ü').toString('base64url'),
])('hideCredential masks %j', (form) => {
  expect(hideCredential(`before ${form} after`, new Secret('to ken/ü'))).toBe('before [secret] after');
});

describe('planExcludes', () => {
  it.each([
    { name: 'left-overs of any repository', tracked: ['a.txt'], line: 'node_modules/', excluded: true },
    {
      name: 'what a tool makes beside its project file',
      tracked: ['app/Cargo.toml'],
      line: '/app/target/',
      excluded: true,
    },
    { name: 'not what another language produces', tracked: ['package.json'], line: '/target/', excluded: false },
    {
      name: 'not a directory the repository uses',
      tracked: ['package.json', 'dist/app.js'],
      line: '/dist/',
      excluded: false,
    },
    {
      name: 'the same name where the repository does not use it',
      tracked: ['package.json', 'web/dist/app.js'],
      line: '/dist/',
      excluded: true,
    },
    { name: 'by the ending of a file', tracked: ['src/App.csproj'], line: '/src/obj/', excluded: true },
    { name: 'a virtual environment anywhere', tracked: ['pyproject.toml'], line: 'venv/', excluded: true },
    { name: 'no source folder of that name elsewhere', tracked: ['pyproject.toml'], line: 'build/', excluded: false },
    {
      name: 'in a folder with signs of patterns in its name',
      tracked: ['a[b]*/pom.xml'],
      line: '/a\\[b\\]\\*/target/',
      excluded: true,
    },
  ])('$name', ({ tracked, line, excluded }) => expect(planExcludes(tracked).includes(line)).toBe(excluded));

  it.each([
    ['core.4711', true],
    ['core.12', true],
    ['core.2.js', false],
    ['core.1-overview.md', false],
    ['core.1', false],
    ['core.10.html', false],
  ])('takes %s for what a crash left: %s', (name, expected) => {
    expect(planExcludes([]).some((line) => picomatch.isMatch(name, line, { dot: true }))).toBe(expected);
  });
});

describe('resolveInTree', () => {
  const links = new Map([
    ['a', 'b'],
    ['b', 'dir/file'],
    ['dir/up', '../other'],
    ['loop1', 'loop2'],
    ['loop2', 'loop1'],
    ['out', '../secret'],
    ['deep/out', 'up2/../../..'],
    ['deep/up2', '../dir'],
    ['absolute', '/etc/passwd'],
    ['empty', ''],
  ]);
  it.each([
    ['plain', 'plain'],
    ['a', 'dir/file'],
    ['dir/up/x', 'other/x'],
    ['loop1', undefined],
    ['out', undefined],
    ['deep/out', undefined],
    ['absolute', undefined],
    ['empty', undefined],
  ])('%s -> %s', (path, target) => expect(resolveInTree(path, links)).toBe(target));
});
