import { afterAll, beforeAll, expect, it } from 'vitest';
import { Secret } from '../../../shared/kernel/secret.ts';
import { type SandboxGitLab, startSandboxGitLab } from '../../gitlab/server/start-sandbox-gitlab.ts';
import { type SandboxJira, startSandboxJira } from '../../jira/sandbox-jira.ts';
import { createPersons } from '../persons.ts';
import type { CommandDeps } from './command.ts';
import { performCommand } from './perform-command.ts';

const ORIGIN = 'http://127.0.0.1:1';
let gitlab: SandboxGitLab;
let jira: SandboxJira;
let deps: CommandDeps;
let isEnded = false;

beforeAll(async () => {
  const project = { files: { 'a.txt': 'one\n' }, members: { ada: 40 } };
  gitlab = await startSandboxGitLab({
    users: [{ username: 'ada', name: 'Ada', tokens: ['glpat-ada'] }],
    projects: [
      { path: 'group/app', ...project },
      { path: 'other/tool', ...project },
    ],
  });
  jira = await startSandboxJira({
    users: [{ accountId: 'ada', displayName: 'Ada', emailAddress: 'ada@example.com', apiToken: 'jira-ada' }],
    projects: [{ key: 'PROJ' }, { key: 'OPS' }],
  });
  const ada = { gitlabToken: new Secret('glpat-ada'), jiraEmail: 'ada@example.com', jiraToken: new Secret('jira-ada') };
  deps = {
    ...createPersons({ gitlab, jira, ada }),
    accountId: 'ada',
    trigger: 'AI Ready',
    origin: ORIGIN,
    columns: () => 80,
    end: () => {
      isEnded = true;
    },
  };
});
afterAll(async () => {
  await gitlab?.close();
  await jira?.close();
});

const type = (line: string) =>
  performCommand(line, deps).catch((error: unknown) => {
    if (!(error instanceof Error)) throw error;
    return `refused: ${error.message}`;
  });

async function open(project: string, branch: string): Promise<number> {
  const person = gitlab.as('ada');
  await person.push(project, { branch, files: { 'a.txt': `${branch}\n` }, message: branch });
  const { iid } = await person.openMergeRequest(project, { sourceBranch: branch, title: `Draft: ${branch}` });
  return iid;
}

it('takes an issue through Jira by what each answer says to type next', async () => {
  expect(await type('new PROJ Greet  people in French')).toBe('PROJ-1 is created. Next: hand PROJ-1');
  expect(await type('issues')).toContain('PROJ-1  To Do   Greet  people in French  hand PROJ-1');
  expect(await type('comment proj-1 Keep it short')).toBe(
    'The comment on PROJ-1 is written. The agent reads it with the issue: hand PROJ-1',
  );
  expect(await type('assign PROJ-1 me')).toBe('PROJ-1 is assigned to Ada.');
  expect(await type('label PROJ-1 urgent')).toBe('PROJ-1 has the label urgent.');
  expect(await type('hand PROJ-1')).toContain('PROJ-1 is handed to the agent.');
  expect(jira.issue('PROJ-1').status.name).toBe('AI Ready');
  const shown = await type(`show ${ORIGIN}/jira/browse/PROJ-1`);
  expect(shown).toContain(
    'AI Ready, assigned to Ada, urgent\n  Ada: Keep it short\nPage: http://127.0.0.1:1/jira/browse/PROJ-1',
  );
  expect(await type('label PROJ-1 -urgent')).toBe('PROJ-1 no longer has the label urgent.');
  expect(await type('assign PROJ-1 -')).toBe('PROJ-1 is assigned to no person.');
  expect(await type('issues')).toContain('show PROJ-1');
});

it('makes a draft ready, approves and merges it, and says in which order', async () => {
  const iid = await open('group/app', 'one');
  const name = `group/app!${iid}`;
  expect(await type('mrs')).toMatch(new RegExp(`${name} +draft +Draft: one +ready ${name}`));
  expect(await type(`merge !${iid}`)).toBe(
    `refused: ${name} is a draft, which GitLab does not merge. Next: ready ${name}`,
  );
  expect(await type(`note !${iid} /copilot add a test`)).toContain('The agent answers within seconds.');
  expect(await type(`apply !${iid}`)).toContain('has no suggestion to apply');
  expect(await type(`ready ${name}`)).toBe(`${name} is ready. Next: approve ${name}, merge ${name}`);
  expect(await type(`ready ${name}`)).toBe(`refused: ${name} is no draft. Next: merge ${name}`);
  expect(await type(`approve app!${iid}`)).toContain(`You approved ${name}.`);
  expect(await type(`show !${iid}`)).toContain(
    `Ada: /copilot add a test\nPage: ${ORIGIN}/gitlab/group/app/-/merge_requests/${iid}`,
  );
  expect(await type(`merge ${ORIGIN}/gitlab/group/app/-/merge_requests/${iid}`)).toContain(`${name} is merged.`);
  expect(await type(`merge !${iid}`)).toBe(`refused: ${name} is merged already. Next: mrs`);
});

it('takes a bare number for the one that is open, and asks where two are', async () => {
  expect(await open('other/tool', 'two')).toBe(1);
  expect(await type('ready !1')).toContain('other/tool!1 is ready.');
  await open('group/app', 'three');
  expect(await open('other/tool', 'three')).toBe(2);
  expect(await type('merge !2')).toMatch(
    /^refused: !2 may be (group\/app|other\/tool)!2 or (group\/app|other\/tool)!2: type the one you mean$/,
  );
});

it.each([
  { line: '   ', says: '' },
  {
    line: 'merg !1',
    says: 'refused: "merg" is not understood; did you mean merge, as in merge !2? help shows all words.',
  },
  { line: 'help merge', says: 'merge !2  merges it' },
  { line: 'hand', says: 'refused: Which issue? type one as in PROJ-1; issues lists them' },
  { line: 'hand !1', says: 'refused: "!1" is no issue: type one as in PROJ-1; issues lists them' },
  { line: 'merge PROJ-1', says: 'refused: "PROJ-1" is no merge request: type one as in !2; mrs lists them' },
  { line: 'merge !99', says: 'refused: There is no merge request !99; mrs lists them' },
  {
    line: 'new GONE Some words',
    says: 'refused: Type a project (PROJ, OPS) and what is to be done: new PROJ Greet people in French',
  },
  { line: 'comment PROJ-1', says: 'refused: Type what to say: comment PROJ-1 Keep it short' },
])('"$line"', async ({ line, says }) => {
  expect(await type(line)).toBe(says);
});

it('says what else there is where a move or a person is not known', async () => {
  expect(await type('move PROJ-1 Nowhere')).toMatch(
    /^refused: PROJ-1 is in .+; move PROJ-1 takes it to one of: .+Done/,
  );
  expect(await type('assign PROJ-1 zoe')).toBe('refused: Type whom: assign PROJ-1 me, -, or one of: Ada');
  expect(await type('show PROJ-99')).toMatch(/^refused: Jira answered 404/);
});

it('lists every word at 80 columns for one that is like none, and ends', async () => {
  const help = await type('xyzzy');
  expect(help).toContain('"xyzzy" is not understood. These are the words:\n');
  expect(help.split('\n').filter((line) => line.length > 80)).toEqual([]);
  await type('quit');
  expect(isEnded).toBe(true);
});
