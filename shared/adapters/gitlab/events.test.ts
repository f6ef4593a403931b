import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { aMergeRequestHook, aNoteHook, aPipelineHook } from '../../../test/builders/gitlab.ts';
import { countCompiled } from '../../../test/doubles/count-compiled.ts';
import { specsFolder } from '../../../test/specs/specs-folder.ts';
import { isDraftTitle, parseGitLabEvent } from './events.ts';

function parse(payload: unknown) {
  return parseGitLabEvent(JSON.stringify(payload));
}

describe('a merge request delivery', () => {
  it('becomes an event in our words', () => {
    expect(
      parse(aMergeRequestHook({ oldrev: 'b'.repeat(40), action: 'update' }, { labels: [{ title: 'api' }] })),
    ).toEqual({
      kind: 'merge-request',
      action: 'update',
      projectId: 7,
      projectPath: 'group/app',
      mergeRequestIid: 3,
      state: 'opened',
      headSha: 'a'.repeat(40),
      oldHeadSha: 'b'.repeat(40),
      title: 'Add a greeting',
      draft: false,
      becameReady: false,
      sourceBranch: 'feature',
      sourceProjectId: 7,
      targetBranch: 'main',
      hasConflicts: false,
      labels: ['api'],
      authorId: 11,
      actor: { id: 11, username: 'ada' },
    });
  });

  it.each([
    { name: 'by the draft field', changes: { draft: { previous: true, current: false } }, draft: false, ready: true },
    { name: 'by the title', changes: { title: { previous: 'Draft: x', current: 'x' } }, draft: false, ready: true },
    { name: 'a title edit', changes: { title: { previous: 'x', current: 'y' } }, draft: false, ready: false },
    { name: 'into draft', changes: { draft: { previous: false, current: true } }, draft: true, ready: false },
    { name: 'nothing changed', changes: undefined, draft: false, ready: false },
  ])('knows when it left draft: $name', ({ changes, draft, ready }) => {
    expect(parse(aMergeRequestHook({ action: 'update', draft }, { changes }))).toMatchObject({ becameReady: ready });
  });

  it.each([
    { attributes: { merge_status: 'cannot_be_merged', detailed_merge_status: 'draft_status' }, hasConflicts: true },
    { attributes: { detailed_merge_status: 'conflict' }, hasConflicts: true },
    { attributes: { merge_status: 'cannot_be_merged_recheck' }, hasConflicts: false },
    { attributes: { merge_status: 'unchecked', detailed_merge_status: 'need_rebase' }, hasConflicts: false },
    { attributes: { merge_status: null }, hasConflicts: false },
  ])('knows of a conflict only where GitLab has found one: $attributes', ({ attributes, hasConflicts }) => {
    expect(parse(aMergeRequestHook(attributes))).toMatchObject({ hasConflicts });
  });

  it('reads the draft state from older payloads', () => {
    const old = aMergeRequestHook({ draft: undefined, work_in_progress: undefined, title: '[Draft] x' });
    expect(parse(old)).toMatchObject({ draft: true });
  });

  it('of a fork that is gone still names the merge request', () => {
    expect(parse(aMergeRequestHook({ source_project_id: null }))).toMatchObject({ sourceProjectId: 0 });
  });

  it.each([
    ['iid', '3'],
    ['iid', 3.5],
    ['iid', -1],
    ['target_project_id', '7'],
    ['last_commit', { id: 'main; rm -rf /' }],
    ['last_commit', { id: 'x' }],
    ['action', 'explode'],
    ['oldrev', 'HEAD'],
    ['title', 7],
  ])('is refused when %s is %j', (field, value) => {
    const event = parse(aMergeRequestHook({ [field]: value }));
    expect(event).toMatchObject({ kind: 'ignored', reason: 'malformed' });
    expect(event.kind === 'ignored' && event.fields?.join()).toContain(`object_attributes.${field}`);
  });

  it.each([
    { name: 'no commit', change: { last_commit: null }, event: { headSha: '' } },
    { name: 'no action', change: { action: undefined }, event: { action: 'update' } },
    { name: 'no author', change: { author_id: null }, event: { authorId: 0 } },
    { name: 'no title', change: { title: null }, event: { title: '' } },
    { name: 'a fork that is not named', change: { source_project_id: undefined }, event: { sourceProjectId: 0 } },
  ])('with $name is still one', ({ change, event }) => {
    expect(parse(aMergeRequestHook(change))).toMatchObject({ kind: 'merge-request', ...event });
  });

  it('does not care about fields it does not read', () => {
    expect(parse(aMergeRequestHook({ brand_new: { deep: true }, merge_status: 7 }))).toMatchObject({
      kind: 'merge-request',
    });
  });
});

describe('a pipeline delivery', () => {
  it('becomes an event in our words', () => {
    expect(parse(aPipelineHook())).toEqual({
      kind: 'pipeline',
      projectId: 7,
      pipelineId: 812,
      status: 'failed',
      source: 'push',
      sourceBranch: 'agent/PROJ-1',
      ref: 'agent/PROJ-1',
      sha: 'a'.repeat(40),
      isTag: false,
    });
    const merge_request = { iid: 3, source_branch: 'agent/PROJ-1' };
    expect(parse(aPipelineHook({ ref: 'refs/merge-requests/3/merge' }, { merge_request }))).toMatchObject({
      sourceBranch: 'agent/PROJ-1',
      mergeRequestIid: 3,
    });
  });

  it.each([
    ['id', '812'],
    ['sha', 'main; rm -rf /'],
    ['ref', 7],
  ])('with a wrong %s is malformed', (field, value) => {
    expect(parse(aPipelineHook({ [field]: value }))).toMatchObject({ kind: 'ignored', reason: 'malformed' });
  });
});

describe('a note delivery', () => {
  it('becomes an event in our words', () => {
    expect(parse(aNoteHook())).toEqual({
      kind: 'note',
      action: 'create',
      projectId: 7,
      projectPath: 'group/app',
      mergeRequestIid: 3,
      noteId: 501,
      discussionId: 'd'.repeat(40),
      body: '/copilot add a test',
      authorId: 11,
      actor: { id: 11, username: 'ada' },
    });
  });

  it.each([
    { name: 'on an issue', note: { noteable_type: 'Issue' }, reason: 'note-not-on-merge-request' },
    { name: 'on a commit', note: { noteable_type: 'Commit' }, reason: 'note-not-on-merge-request' },
    { name: 'on a snippet', note: { noteable_type: 'Snippet' }, reason: 'note-not-on-merge-request' },
    { name: 'written by GitLab', note: { system: true }, reason: 'system-note' },
    { name: 'not for everyone', note: { internal: true }, reason: 'internal-note' },
    { name: 'with an id in quotes', note: { id: '501' }, reason: 'malformed' },
    { name: 'without a text', note: { note: null }, reason: 'malformed' },
    { name: 'without its kind', note: { noteable_type: undefined, id: 'x' }, reason: 'malformed' },
  ])('$name is ignored: $reason', ({ note, reason }) => {
    expect(parse(aNoteHook(note))).toMatchObject({ kind: 'ignored', reason });
  });

  it.each([{ user: null }, { user: undefined }, { user: { id: 11 } }])(
    'with $user as its user is still one',
    (change) => {
      expect(parse(aNoteHook({ author_id: null }, change))).toMatchObject({ kind: 'note', authorId: 0 });
    },
  );

  it('with "iid":"7" is refused', () => {
    expect(parse(aNoteHook({}, { merge_request: { iid: '7' } }))).toEqual({
      kind: 'ignored',
      reason: 'malformed',
      fields: ['merge_request.iid'],
    });
  });
});

describe('anything else', () => {
  it.each([
    ['', 'not-json'],
    ['<xml/>', 'not-json'],
    ['null', 'unsupported-event'],
    ['[]', 'unsupported-event'],
    ['"merge_request"', 'unsupported-event'],
    ['{"object_kind":7}', 'unsupported-event'],
    ['{"object_kind":"push"}', 'unsupported-event'],
    ['{"object_kind":"work_item"}', 'unsupported-event'],
    ['{"object_kind":"merge_request"}', 'malformed'],
    ['{"object_kind":"note"}', 'malformed'],
    ['{"object_kind":"note","object_attributes":[]}', 'malformed'],
  ])('%s is ignored: %s', (body, reason) => {
    expect(parseGitLabEvent(body)).toMatchObject({ kind: 'ignored', reason });
  });
});

it.each([
  ['Draft: x', true],
  ['draft:x', true],
  ['[Draft] x', true],
  ['(draft) x', true],
  ['Drafty x', false],
  ['x Draft:', false],
  ['WIP: x', false],
])('%j is a draft title: %s', (title, expected) => {
  expect(isDraftTitle(title)).toBe(expected);
});

const folder = path.join(specsFolder, 'gitlab/webhooks');

/** The paths of everything in a JSON value; of a list only its first entry. */
function listPaths(value: unknown, at: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [at];
  const inside = Object.entries(value).slice(0, Array.isArray(value) ? 1 : undefined);
  return [...(at.length > 0 ? [at] : []), ...inside.flatMap(([key, one]) => listPaths(one, [...at, key]))];
}

function without(value: object, at: readonly string[], put: null | undefined): object {
  const copy = structuredClone(value);
  const last = at[at.length - 1] ?? '';
  const parent = at.slice(0, -1).reduce<object>((found, key) => Reflect.get(found, key), copy);
  if (put === undefined) Reflect.deleteProperty(parent, last);
  else Reflect.set(parent, last, put);
  return copy;
}

describe.each([
  {
    file: 'merge_request.json',
    decides: ['iid', 'target_project_id', 'source_branch'].map((field) => `object_attributes.${field}`),
  },
  {
    file: 'note_merge_request.json',
    decides: ['project_id', 'object_attributes.id', 'object_attributes.note', 'merge_request.iid'],
  },
  {
    file: 'pipeline.json',
    decides: ['project.id', ...['id', 'ref', 'sha', 'status'].map((field) => `object_attributes.${field}`)],
  },
])('of $file', ({ file, decides }) => {
  const recorded: object = JSON.parse(readFileSync(path.join(folder, file), 'utf8'));

  it.each([undefined, null])('only what decides may not be %s', (put) => {
    const refused = listPaths(recorded)
      .filter((at) => parse(without(recorded, at, put)).kind === 'ignored')
      .map((at) => at.join('.'));
    // Blocks fall with what is in them.
    const blocks = ['object_kind', 'object_attributes', 'merge_request', 'project'].filter((block) =>
      refused.includes(block),
    );
    expect(refused.filter((at) => !blocks.includes(at)).toSorted()).toEqual(decides.toSorted());
  });
});

describe('every recorded delivery', () => {
  const expected: Record<string, object> = {
    'merge_request.json': { kind: 'merge-request', action: 'open', projectId: 14, mergeRequestIid: 1, labels: ['API'] },
    'service_merge_request.json': {
      kind: 'merge-request',
      action: 'update',
      mergeRequestIid: 2,
      oldHeadSha: '6ef047571374c96a2bf13c361efd1fb008b0063e',
    },
    // This recording has no merge request number under the name GitLab uses ("iid " with a space).
    'group_merge_request.json': { kind: 'ignored', reason: 'malformed' },
    'note_merge_request.json': { kind: 'note', noteId: 1244, mergeRequestIid: 1, projectId: 5 },
    'pipeline.json': { kind: 'pipeline', projectId: 1, pipelineId: 31, mergeRequestIid: 1, sourceBranch: 'test' },
    'note_issue.json': { kind: 'ignored', reason: 'note-not-on-merge-request' },
    'note_commit.json': { kind: 'ignored', reason: 'note-not-on-merge-request' },
  };

  it.each(readdirSync(folder))('%s', (file) => {
    const event = parseGitLabEvent(readFileSync(path.join(folder, file), 'utf8'));
    expect(event).toMatchObject(expected[file] ?? { kind: 'ignored', reason: 'unsupported-event' });
  });
});

it('compiles its schemas for the first delivery, and none for another one', () => {
  const compiled = countCompiled();
  const deliver = () => [aMergeRequestHook(), aNoteHook(), aPipelineHook()].map(parse);
  deliver();
  const first = compiled();
  deliver();
  expect(compiled()).toBe(first);
});
