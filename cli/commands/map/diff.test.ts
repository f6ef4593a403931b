import { describe, expect, it } from 'vitest';
import { aProject } from '../../../test/builders/gitlab.ts';
import { aCodingTask } from '../../../test/builders/tasks.ts';
import { createMemoryIO } from '../../../test/doubles/memory-io.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { createMemoryTools } from '../../../test/doubles/memory-tools.ts';
import { noteCalls } from '../../../test/doubles/note-calls.ts';
import { AGENT, aMergeRequest } from '../../../test/fixtures/discussions.ts';
import { diff } from './diff.ts';

const OLD = `bindings:
  - {jira_project: PROJ, repo: group/app, credential_ref: old_team}
  - {jira_project: GONE, repo: group/gone}
`;
const NEW = `bindings:
  - {jira_project: PROJ, repo: group/app, target_branch: dev, credential_ref: new_team}
  - {jira_project: MORE, repo: group/more}
`;
const files = { 'old.yaml': OLD, 'new.yaml': NEW, 'bad.yaml': 'bindings: 3\n' };
const DEPLOYED = { PROJ: { repo: 'group/app', credential_ref: 'old_team' }, GONE: { repo: 'group/gone' } };

/** Answers about every repository that nothing is open. */
const NOTHING_OPEN = {
  getCurrentUser: async () => AGENT,
  findProject: async (path: string) => aProject({ path }),
  listOpenMergeRequestsBy: async () => [],
};

describe('diff', () => {
  it('says what one file changes against another', async () => {
    const io = createMemoryIO({ files });

    expect(
      await diff({ old: 'old.yaml', new: 'new.yaml', json: false }, io, createMemoryTools({ gitlab: NOTHING_OPEN })),
    ).toBe(0);
    expect(io.stdout).toBe(
      [
        '+ MORE',
        '- GONE',
        '~ PROJ',
        '    target_branch: "main" -> "dev"',
        '    credential_ref: "old_team" -> "new_team"',
        '',
        '1 binding more, 1 fewer, 1 changed',
        'needs GITLAB_TOKEN__NEW_TEAM as well',
        'needs GITLAB_TOKEN__OLD_TEAM no longer',
        '',
      ].join('\n'),
    );
  });

  it('compares with the deployed map, and names the runs it touches', async () => {
    const storage = createMemoryStorage();
    for (const [runId, key] of [
      ['run-1', 'PROJ-1'],
      ['run-2', 'SAFE-1'],
    ] as const) {
      const task = aCodingTask({ id: `coding~${key}`, issueKey: key, jiraProject: key.split('-')[0] ?? '' });
      await storage.ledger.create({ runId, dedupKey: runId, task });
    }
    const io = createMemoryIO({ files });
    await diff(
      { old: 'new.yaml', json: true },
      io,
      createMemoryTools({
        storage,
        mappings: DEPLOYED,
        gitlab: { getCurrentUser: async () => AGENT, findProject: async () => undefined },
      }),
    );

    expect(JSON.parse(io.stdout)).toEqual({
      ok: true,
      added: ['MORE'],
      removed: ['GONE'],
      changed: [
        {
          jiraProject: 'PROJ',
          fields: ['target_branch', 'credential_ref'],
          changes: [
            { field: 'target_branch', before: 'main', after: 'dev' },
            { field: 'credential_ref', before: 'old_team', after: 'new_team' },
          ],
        },
      ],
      credentials: { needed: ['GITLAB_TOKEN__NEW_TEAM'], unused: ['GITLAB_TOKEN__OLD_TEAM'] },
      runs: [{ runId: 'run-1', jiraProject: 'PROJ', state: 'planned' }],
      mergeRequests: [],
      notes: ['open merge requests of group/app and 1 more are not named: GitLab does not show it to this token'],
    });
  });

  it('asks about no more repositories than a person would wait for, and says how many are left', async () => {
    const many = (branch: string) =>
      `bindings:\n${Array.from({ length: 130 }, (_, at) => `  - {jira_project: P${at}, repo: group/app${at}, target_branch: ${branch}}`).join('\n')}\n`;
    const io = createMemoryIO({ files: { 'old.yaml': many('main'), 'new.yaml': many('dev') } });
    const asked: string[] = [];
    const mergeRequest = (iid: number) => aMergeRequest({ iid, sourceBranch: `agent/P0-${iid}` });
    const gitlab = {
      getCurrentUser: noteCalls(asked, 'self', async () => AGENT),
      findProject: noteCalls(asked, 'project', async (path: string) => aProject({ path })),
      listOpenMergeRequestsBy: noteCalls(asked, 'open', async () =>
        Array.from({ length: 40 }, (_, at) => mergeRequest(at + 1)),
      ),
    };
    await diff({ old: 'old.yaml', new: 'new.yaml', json: false }, io, createMemoryTools({ gitlab }));

    expect(asked.filter((call) => call !== 'self')).toHaveLength(200);
    expect(io.stderr).toBe('cmap: GitLab was not asked about the open merge requests of 30 more repositories\n');
    expect(io.stdout.split('\n').filter((line) => line.startsWith('touches'))).toHaveLength(30);
    expect(io.stdout).toContain('\nand 10 more; --json has all\n');
  });

  it('says that nothing differs, and refuses a bad file', async () => {
    const [same, bad] = [createMemoryIO({ files }), createMemoryIO({ files })];

    expect(await diff({ old: 'old.yaml', json: false }, same, createMemoryTools({ mappings: DEPLOYED }))).toBe(0);
    expect(same.stdout).toBe('The two maps are the same.\n');
    expect(await diff({ old: 'old.yaml', new: 'bad.yaml', json: false }, bad, createMemoryTools())).toBe(1);
    expect(bad.stderr).toContain('bad.yaml:1:11: file: bindings must be a list');
  });
});
