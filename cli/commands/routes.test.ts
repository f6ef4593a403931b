import { expect, it } from 'vitest';
import type { Issue } from '../../shared/domain/ports/jira.ts';
import { aProject } from '../../test/builders/gitlab.ts';
import { anIssue } from '../../test/builders/jira.ts';
import { aCodingTask } from '../../test/builders/tasks.ts';
import { createManualClock } from '../../test/doubles/manual-clock.ts';
import { createMemoryIO } from '../../test/doubles/memory-io.ts';
import { createMemoryStorage } from '../../test/doubles/memory-storage.ts';
import { createMemoryTools } from '../../test/doubles/memory-tools.ts';
import { formatTask } from '../output/format-task.ts';
import { explainSubject } from './explain/explain-subject.ts';
import { diff } from './map/diff.ts';
import { show } from './map/show.ts';
import { validate } from './map/validate.ts';
import { ready } from './ready/ready.ts';
import { findRunPlaces } from './run/find-runs.ts';

const MAP = `bindings:
  - jira_project: PROJ
    paths: [apps/**]
    routes:
      - { name: web, when: { label: web, issue_type: [Bug, Task] }, repo: group/web, credential_ref: web_team }
      - { name: api, when: { field: { name: Team, value: API } }, repo: group/api }
      - { name: all, when: { label: all }, repo: group/api }
`;

const MAPPINGS = {
  PROJ: {
    repo: null,
    routes: [
      { name: 'web', when: { label: 'web' }, repo: 'group/web' },
      { name: 'api', when: { label: 'api' }, repo: 'group/api' },
    ],
  },
};

const clock = createManualClock();

function arrange(issues: readonly Issue[] = []) {
  const find = (key: string) => issues.find((issue) => issue.key === key);
  const storage = createMemoryStorage({ clock });
  const tools = createMemoryTools({
    storage,
    mappings: MAPPINGS,
    jira: {
      searchIssues: async () => ({ issues: [...issues], unreadable: [], truncated: false }),
      getIssue: async (key) => find(key) ?? anIssue({ key }),
      findIssue: async (key) => find(key),
    },
    gitlab: {
      findProject: async (path) => (path === 'group/web' ? aProject({ id: 70 }) : aProject({ id: 71 })),
    },
  });
  return { tools, io: createMemoryIO({ clock, files: { 'cmap.yaml': MAP } }) };
}

it('shows a line for each route, with what it asks for and the part it may change', async () => {
  const { io } = arrange();
  expect(await show({ path: 'cmap.yaml', json: false }, io)).toBe(0);
  const [heading, web, api] = io.stdout.split('\n');
  expect(heading).toMatch(/^JIRA +REPO +.* +ROUTE +PATHS/);
  expect(web).toMatch(/^PROJ +group\/web .*named: web_team .*web: label web, issue type Bug or Task +apps\/\*\*/);
  expect(api).toMatch(/^PROJ +group\/api .*api: Team API/);
});

it('counts a project with its routes as one binding that needs the credentials of all', async () => {
  const { io } = arrange();
  expect(await validate({ paths: ['cmap.yaml'], checkEnv: false, json: false }, io)).toBe(0);
  expect(io.stdout).toContain('cmap.yaml: 1 binding, no problems');
  expect(io.stdout).toContain('GITLAB_TOKEN__WEB_TEAM');
  expect(await diff({ old: 'cmap.yaml', new: 'cmap.yaml', json: false }, io)).toBe(0);
  expect(io.stdout).toContain('The two maps are the same.');
});

it('says of each issue where it would go, or that it has no repository', async () => {
  const { io, tools } = arrange([
    anIssue({ key: 'PROJ-1', labels: ['WEB'] }),
    anIssue({ key: 'PROJ-2', labels: ['web', 'api'] }),
    anIssue({ key: 'PROJ-3' }),
  ]);
  expect(await ready({ json: false }, io, tools)).toBe(0);
  expect(io.stdout.split('\n').slice(3, 6)).toEqual([
    'PROJ-1  yes    ready: the next poll starts it in group/web',
    expect.stringMatching(/^PROJ-2 +no +several-routes: fits several routes .*\(web, api\)$/),
    expect.stringMatching(/^PROJ-3 +no +no-route: fits no route .*\(web, api\)$/),
  ]);
});

it('explains which route an issue fits now, and what would make it fit one', async () => {
  const { io, tools } = arrange([anIssue({ key: 'PROJ-1', labels: ['web'] }), anIssue({ key: 'PROJ-3' })]);
  const surroundings = { clock, env: io.env };
  const fits = await explainSubject('PROJ-1', tools, surroundings);
  expect(fits.notes.join()).toContain('It goes by the route web to group/web, branch main');
  const { facts } = await explainSubject('PROJ-3', tools, surroundings);
  expect(facts.present).toEqual({
    action: 'skip',
    reason: 'no-route',
    detail: 'web: label web; api: label api',
  });
});

it('lists the runs of every repository of a project, and names the route of one', async () => {
  const { tools } = arrange();
  expect(await findRunPlaces({ projects: ['PROJ'], excludedProjects: [], asksPaths: false }, tools, {})).toMatchObject({
    subjects: ['jira~PROJ', /70/, /71/].map((one) => expect.stringMatching(one)),
  });
  expect(formatTask(aCodingTask({ route: 'web' }), () => undefined)).toBe('coding PROJ-12 by the route web');
});
