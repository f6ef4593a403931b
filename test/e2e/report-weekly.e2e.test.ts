import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSpecChecker } from '../spec-check.ts';
import { specsFolder } from '../specs/specs-folder.ts';
import { APP, type SmallRelease, startSmallRelease } from './small-release.ts';

let folder: string;
let release: SmallRelease;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'weekly-'));
  release = await startSmallRelease(folder);
  const { jira, gitlab, clock } = release;
  jira.moveIssue('SHOP-3', 'In Progress');
  jira.moveIssue('SHOP-4', 'Done');
  clock.advance(10);
  jira.addComment('SHOP-3', '**Decision:** export `UTF-8`, 2 * 3 columns');
  jira.addComment('SHOP-3', 'Action: only for the team', undefined, { visibility: { type: 'role', value: 'Team' } });
  jira.addComment('SHOP-3', 'Action: internal', undefined, { internal: true });
  gitlab.as('bob').note(APP, 5, '## Actions\n\n- [ ] tell the support');
  clock.advance(10);
  jira.requests.length = 0;
  gitlab.requests.clear();
});
afterAll(async () => {
  await release.close();
  await rm(folder, { recursive: true, force: true });
});

it('prints the week as Markdown, restricted comments left out, and changes nothing', async () => {
  const { code, stdout } = await release.run(['report', 'weekly', '--since', '20d']);
  expect(code).toBe(0);
  const { jira, gitlab } = release;
  const text = stdout.replaceAll(jira.url, 'https://jira').replaceAll(gitlab.url, 'https://gitlab');
  await expect(text).toMatchFileSnapshot('../golden/audit/weekly.md');
  expect(text).not.toMatch(/only for the team|internal/);
  expect(jira.requests.map(({ endpoint }) => endpoint).filter((endpoint) => endpoint !== 'comments')).toEqual([
    'search',
    'statuses',
    'search',
    'statuses',
    'myself',
  ]);
  expect(gitlab.requests.entries.every(({ method }) => method === 'GET')).toBe(true);
});

it('asks only what the official specifications know', async () => {
  const gitlab = await createSpecChecker(path.join(specsFolder, 'gitlab/openapi.json'));
  const jira = await createSpecChecker(path.join(specsFolder, 'jira/openapi.json'));
  const problems = [
    ...release.jira.requests.flatMap((request) => jira.checkRequest(request)),
    ...release.gitlab.requests.entries.flatMap(({ method, url, headers }) =>
      gitlab.checkRequest({ method, url, headers }),
    ),
  ];
  expect(problems).toEqual([]);
});

it('writes one project as JSON into a file, and ends with 3 where GitLab does not let it see', async () => {
  release.gitlab.addFault({ kind: 'fail', match: '/merge_requests', status: 403, times: Number.POSITIVE_INFINITY });
  const argv = ['report', 'weekly', '--since', '20d', '--project', 'PAY', '--json', '--out', 'week.json'];
  const { code, stdout, stderr } = await release.run(argv);
  release.gitlab.clearFaults();
  expect({ code, stdout: JSON.parse(stdout) as unknown }).toEqual({ code: 3, stdout: { ok: true, file: 'week.json' } });
  expect(stderr).toContain(
    `cmap: not everything could be seen: ${APP}: The configured GitLab credential may not do this.`,
  );
  expect(JSON.parse(await readFile(path.join(folder, 'week.json'), 'utf8'))).toMatchObject({
    schema: 'cmap.weekly-report.v1',
    done: { items: [], filters: expect.stringContaining('project in ("PAY")') },
    gaps: [expect.stringContaining(APP)],
  });
});
