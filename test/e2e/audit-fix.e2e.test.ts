import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LoggedRequest } from '../../sandbox/gitlab/http/request-log.ts';
import { FixResult } from '../../shared/domain/audit/fix/fix-result.ts';
import { AuditReport } from '../../shared/domain/audit/report/audit-report.ts';
import { createSpecChecker } from '../spec-check.ts';
import { specsFolder } from '../specs/specs-folder.ts';
import { APP, RELEASE, type SmallRelease, startSmallRelease } from './small-release.ts';

let folder: string;
let release: SmallRelease;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'audit-fix-'));
  release = await startSmallRelease(folder);
});
afterAll(async () => {
  await release.close();
  await rm(folder, { recursive: true, force: true });
});

async function audit(out: string): Promise<string[]> {
  await release.run(['audit', 'run', '--fix-version', RELEASE, '--from', 'v2.3.0', '--out', path.join(folder, out)]);
  const report = AuditReport.parse(JSON.parse(await readFile(path.join(folder, out, 'audit.json'), 'utf8')));
  return report.findings.map(({ rule, subject }) => `${rule} ${subject.id.replace(/@.*/, '@SHA')}`).sort();
}

async function fix(out: string, ...more: string[]) {
  const { code, stdout } = await release.run(['audit', 'fix', path.join(folder, out), '--json', ...more]);
  const { ok, ...result } = JSON.parse(stdout) as { ok: boolean };
  const { outcomes } = FixResult.parse(result);
  return { code, ok, lines: outcomes.map(({ fix: { kind }, state, says }) => `${kind} ${state}: ${says}`) };
}

/** Every request so far, for the specifications. */
const sent = { jira: [] as SmallRelease['jira']['requests'], gitlab: [] as LoggedRequest[] };

/** Requests that change something since the last call. */
function takeWrites(): string[] {
  const { gitlab, jira } = release;
  const asks = /search\/jql|bulkfetch|graphql/;
  const writes = [...jira.requests, ...gitlab.requests.entries]
    .filter(({ method, url }) => method !== 'GET' && !asks.test(url))
    .map(
      ({ method, url }) =>
        `${method} ${url.replace(/^\/(rest\/api\/3|api\/v4)\//, '').replace(/projects\/\d+/, 'projects/N')}`,
    );
  sent.jira.push(...jira.requests.splice(0));
  sent.gitlab.push(...gitlab.requests.entries);
  gitlab.requests.clear();
  return writes;
}

const notesOf = (iid: number) =>
  (release.gitlab.project(APP).mergeRequests[iid - 1]?.discussions ?? [])
    .flatMap(({ notes }) => notes)
    .filter(({ author }) => author.username === 'cmap')
    .map(({ body }) => body);

let before: string[];

it('says in a dry run what it would do, and changes nothing', async () => {
  before = await audit('first');
  takeWrites();
  const { code, ok, lines } = await fix('first');
  expect({ code, ok }).toEqual({ code: 1, ok: false });
  expect(lines.sort()).toEqual([
    'create-ticket to-do: create a Task in SHOP: "Raise the limits"',
    'create-ticket to-do: create a Task in SHOP: "Tidy up the build, closes #4 @all"',
    'hand-to-agent to-do: move it to "AI Ready", so that the agent works on it',
    'propose-key to-do: propose SHOP-3 in a note',
    `set-fix-version refused: PAY has no version ${RELEASE}: create it, or take the change out`,
    `set-fix-version to-do: set the fix version ${RELEASE}`,
  ]);
  expect(takeWrites()).toEqual([]);
});

it('changes nothing when a person says no', async () => {
  const { code, stderr, questions } = await release.run(
    ['audit', 'fix', path.join(folder, 'first'), '--apply'],
    [false],
  );
  expect({ code, stderr, questions }).toEqual({
    code: 1,
    stderr: 'cmap: nothing was changed\n',
    questions: ['Apply 5 fixes?'],
  });
  expect(takeWrites()).toEqual([]);
});

it('applies each fix once, also when answers are lost, and a refused one stops none of the others', async () => {
  for (const endpoint of ['issue-create', 'issue-edit', 'transition'])
    release.jira.failNext({ match: { endpoint }, drop: true, afterEffect: true });
  const effects = release.gitlab.state.effects.length;
  const { code, stdout } = await release.run(['audit', 'fix', path.join(folder, 'first'), '--apply'], [true]);
  expect(code).toBe(1);
  expect(stdout).toContain(`refused        PAY-1: PAY has no version ${RELEASE}`);
  expect(stdout).toContain(`done           SHOP-2: got the fix version ${RELEASE}\n`);
  expect(stdout).toContain(`Release ${RELEASE}: 5 done, 1 refused.`);
  expect(takeWrites().sort()).toEqual([
    'POST issue',
    'POST issue',
    'POST issue/SHOP-4/transitions',
    'POST projects/N/merge_requests/3/notes',
    'POST projects/N/merge_requests/4/notes',
    expect.stringMatching(/^POST projects\/N\/repository\/commits\/[0-9a-f]{40}\/comments$/),
    expect.stringMatching(/^POST projects\/N\/repository\/commits\/[0-9a-f]{40}\/comments$/),
    'PUT issue/SHOP-2',
    'PUT issue/SHOP-2',
    expect.stringMatching(/^PUT projects\/N\/merge_requests\/4\/notes\/\d+$/),
  ]);
  const { jira } = release;
  expect(jira.issue('SHOP-4').status.name).toBe('AI Ready');
  expect(notesOf(3)).toEqual([
    expect.stringContaining('With this title the next audit finds the ticket:\n\n`SHOP-3: Export the invoices (CSV)`'),
  ]);
  const created = ['SHOP-5', 'SHOP-6'].map((key) => jira.issue(key));
  expect(created.map(({ summary }) => summary).sort()).toEqual([
    'Raise the limits',
    'Tidy up the build, closes #4 @all',
  ]);
  expect(notesOf(4)).toEqual([
    expect.stringMatching(/The ticket \[SHOP-[56]\]\(.*\/browse\/SHOP-[56]\) was created for it/),
  ]);
  expect(release.gitlab.project(APP).commitComments.map(({ note }) => note.split('\n\n')[1])).toEqual([
    'A ticket for it is being created in SHOP.',
    expect.stringMatching(/^The ticket \[SHOP-[56]\]\(.*\) was created for it\.$/),
  ]);
  // The title of a change closes an issue and mentions people where it is not made harmless.
  expect(release.gitlab.state.effects.slice(effects)).toEqual([]);
});

it('finds nothing to do when it is applied again, and after that in another dry run', async () => {
  for (const more of [['--apply'], []]) {
    const { code, lines } = await fix('first', ...more);
    expect(code).toBe(1); // PAY has no version still.
    expect(lines.map((line) => line.split(':')[0]).sort()).toEqual([
      'create-ticket nothing',
      'create-ticket nothing',
      'hand-to-agent nothing',
      'propose-key nothing',
      'set-fix-version nothing',
      'set-fix-version refused',
    ]);
  }
  expect(takeWrites()).toEqual([]);
});

it('leaves less to find to the next audit, and the rest to people', async () => {
  const after = await audit('second');
  expect(before.filter((line) => !after.includes(line))).toEqual([
    `commit-without-ticket ${APP}!4`,
    `commit-without-ticket ${APP}@SHA`,
    `ticket-not-in-version ${APP}!2`,
  ]);
  expect(after.filter((line) => !before.includes(line))).toEqual(['issue-not-done SHOP-5', 'issue-not-done SHOP-6']);
  expect(after.length).toBeLessThan(before.length);

  release.gitlab.as('ada').edit(APP, 3, { title: 'SHOP-3: Export the invoices (CSV)' });
  release.jira.addVersion('PAY', RELEASE);
  expect((await fix('second', '--apply')).lines.sort()).toEqual([
    'hand-to-agent nothing: is with the agent: it stands in "AI Ready"',
    'propose-key nothing: its title names SHOP-3 by now',
    `set-fix-version applied: got the fix version ${RELEASE}`,
  ]);
});

it('sends only requests that the official specifications know', async () => {
  takeWrites();
  const gitlab = await createSpecChecker(path.join(specsFolder, 'gitlab/openapi.json'));
  const jira = await createSpecChecker(path.join(specsFolder, 'jira/openapi.json'));
  const problems = [
    ...sent.jira.flatMap((request) => jira.checkRequest(request)),
    ...sent.gitlab
      .filter(({ url }) => !/\/deployments\?|\/api\/graphql/.test(url))
      .flatMap(({ body, ...request }) =>
        gitlab.checkRequest({ ...request, ...(body === '' ? {} : { body: JSON.parse(body) as unknown }) }),
      ),
  ];
  // A mistake of the specification: a comment on the whole commit has no line (docs.gitlab.com/api/commits).
  const mistake = /commits\/[0-9a-f]{40}\/comments: .*required property 'line(_type)?'/;
  expect(problems.filter((problem) => !mistake.test(problem))).toEqual([]);
});
