import { expect, it } from 'vitest';
import { formatBackPortDescription, formatBackPorts, formatBackPortTitle } from './format-back-ports.ts';

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
