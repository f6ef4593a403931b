import * as z from 'zod';
import { bindingName } from '../../../shared/domain/mapping/binding-key.ts';
import { createBindings } from '../../../shared/domain/mapping/bindings.ts';
import type { SkipEntry, SkipPage } from '../../../shared/domain/ports/skip-log.ts';
import type { Storage } from '../../../shared/domain/ports/storage.ts';
import { DAY } from '../../../shared/kernel/clock.ts';
import { nameSome } from '../../../shared/kernel/text/list-some.ts';
import { toIso } from '../../../shared/kernel/to-iso.ts';
import { durationUpTo } from '../../arguments/parse-duration.ts';
import { readSubject } from '../../arguments/subject.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import { findMap } from '../../clients/find-map.ts';
import { aboutScopes, createProjectPaths, listProjectPaths } from '../../clients/project-paths.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { formatTable } from '../../output/format-table.ts';
import type { ProjectPaths } from '../../output/format-task.ts';
import { formatTime } from '../../output/format-time.ts';
import { nameScope } from '../../output/name-scope.ts';
import { describeReason } from './describe-reason.ts';

/** As long as they are kept. */
const LONGEST = 14 * DAY;

const time = z
  .string('needs a time such as 2026-01-31T10:00:00Z')
  .refine((text) => !Number.isNaN(Date.parse(text)), 'needs a time such as 2026-01-31T10:00:00Z')
  .transform((text) => Date.parse(text));

export const SkipsOptions = z.object({
  binding: z.string().optional(),
  reason: z.string().optional(),
  since: durationUpTo(LONGEST, '14d, as long as they are kept').optional(),
  before: time.optional(),
  limit: z.coerce
    .number('needs a number')
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(1000, 'must be at most 1000')
    .default(50),
  json: z.boolean().default(false),
});
export type SkipsOptions = z.infer<typeof SkipsOptions>;

/**
 * Lists why nothing happened about issues and merge requests, newest first: of a period, and of one binding where it is
 * named. Reads what is newer than the last line, and nothing older.
 */
export async function skips(
  { binding, reason, since = DAY, before, limit, json }: SkipsOptions,
  io: CliIO,
  tools: Pick<Tools, 'storage' | 'bindings'> = createTools(io),
): Promise<number> {
  const storage = await tools.storage();
  const now = io.clock.now();
  const isOfBinding = binding === undefined ? () => true : await createFilter(binding, storage, tools, io.env);
  const page = await storage.skipLog.listSince({
    since: now - since,
    before: before ?? now + 1,
    limit,
    fits: (entry) => (reason === undefined || entry.reason === reason) && isOfBinding(entry),
  });
  const readPaths = createProjectPaths(async () => storage, io.env);
  const paths = await readPaths(aboutScopes(page.entries.map(({ subject }) => scopeOf(subject))));
  const document = {
    skips: page.entries.map(({ at, subject, ...entry }) => ({
      about: nameOf(subject, paths),
      ...entry,
      at: toIso(at),
    })),
    olderThan: page.olderThan === undefined ? null : toIso(page.olderThan),
  };
  return answer({ json, document, text: () => describe(page, paths, io) }, io);
}

function describe({ entries, olderThan }: SkipPage, paths: ProjectPaths, io: CliIO): string[] {
  if (entries.length === 0) return ['Nothing was skipped in this time.'];
  const rows = entries.map(({ at, subject, reason, detail }) => [
    formatTime(at),
    nameOf(subject, paths),
    reason,
    describeReason(reason, detail).why,
  ]);
  return [
    formatTable(['WHEN', 'ABOUT', 'REASON', 'WHY: IT ...'], rows, io),
    ...(olderThan === undefined ? [] : ['', `There are older ones: --before ${toIso(olderThan)}`]),
    '',
    'What to do about one: cmap explain ABOUT',
  ];
}

/** Whether an entry is about a ticket or a merge request of a binding. Of a repository the cache knows the name. */
async function createFilter(
  name: string,
  storage: Pick<Storage, 'projects' | 'appliedMaps'>,
  tools: Pick<Tools, 'storage' | 'bindings'>,
  env: CliIO['env'],
): Promise<(entry: SkipEntry) => boolean> {
  const [{ bindings = [] }, paths] = await Promise.all([findMap(tools), listProjectPaths(storage, env)]);
  const { ofName, entries } = createBindings(bindings);
  const own = ofName(name);
  const [first] = own;
  if (!first) {
    const known = nameSome(entries.map(bindingName), MOST_NAMED) || 'none';
    throw new UsageError(`${name} has no binding in the map, which has ${known}`);
  }
  const repos = new Set(own.map(({ repo }) => repo.toLowerCase()));
  const { jiraProject } = first;
  return ({ subject }) => {
    const scope = scopeOf(subject);
    if (jiraProject !== undefined && scope === `jira~${jiraProject}`) return true;
    const about = readSubject(scope);
    if (about?.kind === 'issue') return about.jiraProject === jiraProject;
    if (about?.kind !== 'merge-request' || typeof about.project !== 'number') return false;
    return repos.has(paths(about.project)?.toLowerCase() ?? '');
  };
}

const MOST_NAMED = 10;

/** What is about the webhook of a team is kept under the scope it is about. */
function scopeOf(subject: string): string {
  return subject.replace(/^events~/, '');
}

function nameOf(subject: string, paths: ProjectPaths): string {
  return nameScope(scopeOf(subject), paths).replace(/^jira~/, '');
}
