import { createHmac, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { MINUTE } from '../shared/kernel/clock.ts';
import { Secret } from '../shared/kernel/secret.ts';
import { aMergeRequest, aMergeRequestHook, aNote, aNoteHook } from './builders/gitlab.ts';
import { createIngress, GITLAB_SECRET, type HookBody, JIRA_SECRET } from './builders/ingress.ts';
import { anIssue, anIssueComment } from './builders/jira.ts';
import { specsFolder } from './specs/specs-folder.ts';

/** Bodies over all properties; `FUZZ_RUNS=100000` for a long one. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 10_000);
const TIMEOUT_MS = 60_000 + RUNS * 20;

const endless = { capacity: 1e12, refillPerSecond: 1e9 };
const unlimited = { verified: endless, refused: endless };
const ALLOWED = new Set([200, 202, 413, 400]);

function arrange() {
  const ingress = createIngress({ webhook: { limits: unlimited }, jira: { limits: unlimited } });
  ingress.outside.mergeRequests = [aMergeRequest()];
  ingress.outside.discussions.set('7!3', [{ id: 'd'.repeat(40), individualNote: false, notes: [aNote()] }]);
  ingress.outside.issues.set('PROJ-12', anIssue());
  ingress.outside.comments.set('PROJ-12', [anIssueComment({ body: '@cmap' })]);
  return ingress;
}

const JIRA_BODIES: object[] = [
  { webhookEvent: 'jira:issue_updated', issue: { key: 'PROJ-12' }, changelog: { items: [] } },
  { webhookEvent: 'comment_created', issue: { key: 'PROJ-12' }, comment: { id: '10400' } },
  { id: 10012, key: 'PROJ-12', fields: {} },
  { issueKey: 'PROJ-12' },
];
const GITLAB_BODIES: object[] = [
  aMergeRequestHook(),
  aMergeRequestHook(
    { action: 'update', oldrev: 'b'.repeat(40) },
    { changes: { draft: { previous: true, current: false } } },
  ),
  aNoteHook(),
  aNoteHook({ note: 'Why?' }),
  aNoteHook({ note: '/copilot review' }),
];

function recorded(folder: string): string[] {
  const directory = path.join(specsFolder, folder);
  return readdirSync(directory).map((file) => readFileSync(path.join(directory, file), 'utf8'));
}

/** Values that have broken parsers and stores before. */
const nasty = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    null,
    -1,
    0,
    1e308,
    Number.MAX_SAFE_INTEGER + 2,
    '',
    '0',
    '__proto__',
    'constructor',
    '\u0000',
    "'); --",
    '../..',
    '#?/\\',
    '\ud800',
    'a'.repeat(70_000),
    '<!-- cmap {} -->',
    '/copilot',
    '@cmap',
    [],
    {},
    [[[]]],
    true,
  ),
  fc.string({ unit: 'binary', maxLength: 300 }),
);

/** A known body in which some fields are replaced, removed or added anywhere. */
function mutated(seeds: object[]): fc.Arbitrary<HookBody> {
  const step = fc.record({
    at: fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 4 }),
    value: nasty,
    how: fc.nat({ max: 3 }),
  });
  return fc
    .tuple(fc.constantFrom(...seeds), fc.array(step, { minLength: 1, maxLength: 4 }))
    .map(([seed, steps]) =>
      JSON.stringify(
        steps.reduce(
          (body, { at, value, how }) => mutate(body, at, structuredClone(value), how),
          structuredClone(seed),
        ),
      ),
    );
}

function mutate(body: object, at: number[], value: unknown, how: number): object {
  let place = body as Record<string, unknown>; // any object can be walked by its keys
  for (const [depth, index] of at.entries()) {
    const keys = Object.keys(place);
    const key = keys[index % Math.max(1, keys.length)] ?? 'added';
    const inner = place[key];
    if (depth < at.length - 1 && typeof inner === 'object' && inner !== null) {
      place = inner as Record<string, unknown>; // checked above
      continue;
    }
    if (how === 0) delete place[key];
    else if (how === 1)
      Object.defineProperty(place, '__proto__', { value, enumerable: true, configurable: true, writable: true });
    else place[key] = value;
    break;
  }
  return body;
}

/** A known text in which bytes are changed, cut or doubled. */
function damaged(seeds: string[]): fc.Arbitrary<HookBody> {
  return fc
    .tuple(fc.constantFrom(...seeds), fc.nat(), fc.nat({ max: 40 }), fc.uint8Array({ maxLength: 20 }))
    .map(([seed, at, remove, insert]) => {
      const bytes = Buffer.from(seed);
      const place = at % (bytes.length + 1);
      return Buffer.concat([bytes.subarray(0, place), insert, bytes.subarray(place + remove)]);
    });
}

const anything: fc.Arbitrary<HookBody> = fc.oneof(
  fc.uint8Array({ maxLength: 2000 }),
  fc.string({ unit: 'binary', maxLength: 500 }),
  fc.json({ maxDepth: 4 }),
);

const header = fc
  .string({ unit: 'binary-ascii', maxLength: 80 })
  .map((text) => text.replace(/[^\x20-\x7e]/g, '?').trim());

describe.each([
  {
    source: 'GitLab' as const,
    seeds: GITLAB_BODIES,
    texts: [...GITLAB_BODIES.map((body) => JSON.stringify(body)), ...recorded('gitlab/webhooks')],
    secret: { 'x-gitlab-token': GITLAB_SECRET },
    names: [
      'x-gitlab-token',
      'webhook-id',
      'webhook-timestamp',
      'webhook-signature',
      'authorization',
      'x-forwarded-for',
    ],
  },
  {
    source: 'Jira' as const,
    seeds: JIRA_BODIES,
    texts: [...JIRA_BODIES.map((body) => JSON.stringify(body)), ...recorded('jira/webhooks')],
    secret: { 'x-cmap-secret': JIRA_SECRET },
    names: ['x-hub-signature', 'x-cmap-secret', 'authorization', 'x-atlassian-webhook-identifier', 'x-forwarded-for'],
  },
])('$source', ({ source, seeds, texts, secret, names }) => {
  const bodies = fc.oneof({ weight: 3, arbitrary: mutated(seeds) }, { weight: 2, arbitrary: damaged(texts) }, anything);
  const numRuns = Math.ceil(RUNS / 4);
  const send = (ingress: ReturnType<typeof arrange>, body: HookBody, headers: Record<string, string>) =>
    source === 'GitLab' ? ingress.gitlabWebhook(body, headers) : ingress.jiraWebhook(body, headers);

  it(`answers ${numRuns} strange bodies from the right sender without a failure`, { timeout: TIMEOUT_MS }, async () => {
    // One ingress for all, so that what one leaves behind meets the next.
    const ingress = arrange();
    const seen = new Set<number>();
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const { status } = await send(ingress, body, secret);
        seen.add(status);
        ingress.calls.length = 0;
        expect(ALLOWED).toContain(status);
      }),
      { numRuns },
    );
    // Both kinds came up, so the bodies were not all refused at the door.
    expect([...seen]).toEqual(expect.arrayContaining([200, 202]));
    expect(ingress.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it(`touches nothing for ${numRuns} strange requests of others`, { timeout: TIMEOUT_MS }, async () => {
    const ingress = arrange();
    const headers = fc.dictionary(fc.constantFrom(...names), header);
    await fc.assert(
      fc.asyncProperty(bodies, headers, async (body, sent) => {
        const { status, body: said } = await send(ingress, body, sent);
        expect({ status, said }).toEqual({ status: 401, said: { error: 'unauthorized' } });
        expect(ingress.calls).toEqual([]);
      }),
      { numRuns },
    );
  });
});

describe('a signature', () => {
  const key = randomBytes(32);
  const signingToken = new Secret(`whsec_${key.toString('base64')}`);
  const body = JSON.stringify(aMergeRequestHook());
  const sign = (id: string, seconds: number) => {
    const digest = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
    return { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': `v1,${digest}` };
  };

  it('holds five minutes to both sides of our clock, at any time', async () => {
    const ingress = createIngress({ webhook: { signingToken, limits: unlimited } });
    const now = Math.floor(ingress.clock.now() / 1000);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: -3600, max: 3600 }), async (offset) => {
        const { status } = await ingress.gitlabWebhook(body, sign('id', now + offset));
        expect(status).toBe(Math.abs(offset) * 1000 <= 5 * MINUTE ? 202 : 401);
      }),
      { numRuns: 500 },
    );
  });

  it('holds for no other id, time or signature', async () => {
    const ingress = createIngress({ webhook: { signingToken, limits: unlimited } });
    const good = sign('id', Math.floor(ingress.clock.now() / 1000));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.keys(good)), header, async (name, value) => {
        fc.pre(value !== good[name as keyof typeof good]);
        const { status } = await ingress.gitlabWebhook(body, { ...good, [name]: value });
        expect(status).toBe(401);
        expect(ingress.calls).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('names from outside', () => {
  it('never leave the place they are stored under', async () => {
    const ingress = createIngress({ webhook: { limits: unlimited } });
    const name = fc.oneof(
      nasty.filter((value) => typeof value === 'string'),
      fc.string({ unit: 'grapheme' }),
    );
    await fc.assert(
      fc.asyncProperty(name, name, fc.integer({ min: 1, max: 10_000 }), async (branch, discussion, noteId) => {
        const merge = aMergeRequestHook({ source_branch: branch, target_branch: branch, title: branch, iid: noteId });
        const note = aNoteHook({ id: noteId, discussion_id: discussion || 'd' }, { merge_request: { iid: noteId } });
        for (const body of [merge, note]) expect([200, 202]).toContain((await ingress.gitlabWebhook(body)).status);
      }),
      { numRuns: 1000 },
    );
    for await (const { key, fields } of ingress.storage.parts.rows.runs.list('runs')) {
      expect(key).toMatch(/^(?:(?:run|open):run-[0-9a-f]{12}|by:[a-z0-9~]+:\d{16}:run-[0-9a-f]{12})$/);
      if (fields['task'] !== undefined) expect(String(fields['task'])).toContain('"projectId":7');
    }
  });
});
