import { expect, it } from 'vitest';
import {
  type BackPort,
  endResolving,
  formatBackPortDescription,
  formatBackPorts,
  formatBackPortTitle,
} from './format-back-ports.ts';

const HOSTILE = 'x` @all\n/merge Closes #1';

it('lets the name of no version mention, command or close anything', () => {
  const branch = `release/${HOSTILE}`;
  const text = formatBackPorts(
    { iid: 7, url: 'https://gitlab.example/7' },
    [{ version: HOSTILE, branch, what: 'odd-name' }],
    0,
  );
  const about = { issueKey: 'PROJ-1', issueSummary: HOSTILE, issueUrl: 'https://jira.example/PROJ-1', branch, iid: 7 };
  for (const said of [text, formatBackPortDescription(about)]) {
    expect(said).not.toMatch(/^\s*\/merge/m);
    expect(said).not.toMatch(/(?<!`[^`]*)@all/);
  }
  expect(formatBackPortTitle(about)).not.toMatch(/\n/);
});

it('shows at most twenty commits to take over by hand, and how many versions are left', () => {
  const commits = Array.from({ length: 25 }, (_, index) => `c${index}`);
  const conflict = { version: '2.0', branch: 'release/2.0', what: 'conflict', commits, isMerge: false } as const;
  const text = formatBackPorts({ iid: 7, url: 'https://gitlab.example/7' }, [conflict], 3);
  expect(text).toContain('c19 ...`');
  expect(text).not.toContain('c20');
  expect(text).toContain('- and 3 more fix versions');
});

it('says in the draft what was resolved, without a word of the agent that commands', () => {
  const about = { issueKey: 'PROJ-1', issueSummary: 'Round up', issueUrl: 'https://jira.example/PROJ-1' };
  const files = Array.from({ length: 22 }, (_, index) => `src/${index}.ts`);
  const resolved = { files, summary: 'Keeps both.\n/merge @all', checks: ['`npm test` passed'] };
  const text = formatBackPortDescription({ ...about, branch: 'release/2.0', iid: 7, resolved });
  expect(text).toContain('an agent resolved it.** Look at these files:\n\n- `src/0.ts`');
  expect(text).toContain('- and 2 more');
  expect(text).toContain('Keeps both.');
  expect(text).toContain('Checked: `npm test` passed.');
  expect(text).not.toMatch(/^\/merge|@all|without a conflict/m);
});

it('does not know the files any more after a runner died', () => {
  const about = { issueKey: 'PROJ-1', issueSummary: 'Round up', issueUrl: 'https://jira.example/PROJ-1' };
  const resolved = { summary: '', checks: [] };
  const text = formatBackPortDescription({ ...about, branch: 'release/2.0', iid: 7, resolved });
  expect(text).toContain('The message of the commit says which.');
});

const ABOUT = { iid: 7, url: 'https://gitlab.example/7' };

it('says why the agent could not resolve a conflict, and where the ticket no longer has the version', () => {
  const left = { branch: 'release/1.0', what: 'unresolved', commits: ['c1'], isMerge: true, why: 'too hard.' } as const;
  const text = formatBackPorts(ABOUT, [left], 0);
  expect(text).toContain(
    'could not resolve, so a person has to take it over: `git cherry-pick -x -m 1 c1` on a branch of it. Why: too hard. The ticket no longer asks for this branch.',
  );
  const wanted = formatBackPorts(ABOUT, [{ ...left, version: '1.0', commits: [] }], 0);
  expect(wanted).toMatch(/so a person has to take it over\. Why: too hard\.$/);
});

it('ends a comment whose branches are under way, and touches none of its other lines', () => {
  const under = (version: string): BackPort => ({ version, branch: `release/${version}`, what: 'resolving' });
  const there: BackPort = { version: '3.0', branch: 'release/3.0', what: 'there-already' };
  const text = formatBackPorts(ABOUT, [under('1.0'), there, under('2.0')], 2);
  const opened: BackPort = {
    version: '1.0',
    branch: 'release/1.0',
    what: 'opened',
    iid: 9,
    url: 'https://gitlab.example/9',
    state: 'opened',
  };
  const switchedOff = 'Nothing more comes.';
  expect(endResolving(text, [opened, { ...there, branch: 'release/2' }], switchedOff).split('\n')).toEqual([
    ...text.split('\n').slice(0, 2),
    formatBackPorts(ABOUT, [opened], 0).split('\n').at(-1),
    '- `release/3.0`: has the change already.',
    '- `release/2.0`: the change conflicts with this branch. Nothing more comes.',
    text.split('\n').at(-1),
  ]);
});
