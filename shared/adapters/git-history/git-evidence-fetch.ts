import * as z from 'zod';
import type { EvidenceFetch, EvidenceRequest, RawAnswer } from '../../domain/ports/evidence.ts';
import { TaskError } from '../../kernel/errors.ts';
import type { Clone } from './open-clone.ts';
import { readHistory, readPatchIds } from './read-history.ts';
import { type GitRun, runGit } from './run-git.ts';

/** Commits in one answer: a few megabytes at most. */
const PAGE = 500;

const SHA = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;
const Sha = z.string().regex(SHA);
const Query = z.object({
  from: Sha.optional(),
  to: Sha.optional(),
  commit: Sha.optional(),
  skip: z.coerce.number().int().min(0).default(0),
});
const Body = z.object({ shas: z.array(Sha) });

export interface GitEvidenceDeps extends Pick<GitRun, 'environment'> {
  /** By path of the GitLab project, as the plan names it. */
  clones: ReadonlyMap<string, Clone>;
}

/**
 * Answers questions about history from local clones: `<project>/commits` (from, to, skip), `<project>/contains`
 * (commit, to) and `<project>/patch-ids` (shas). @throws {TaskError} `clone-shallow`, `clone-partial`,
 * `clone-commit-missing`, `clone-unreadable`
 */
export function createGitEvidenceFetch({ clones, environment }: GitEvidenceDeps): EvidenceFetch {
  return async (request, signal) => {
    const slash = request.path.lastIndexOf('/');
    const clone = clones.get(request.path.slice(0, slash));
    if (!clone)
      throw new TaskError('clone-unreadable', { detail: `No clone of ${request.path.slice(0, slash)} is given.` });
    if (clone.shallow) throw new TaskError('clone-shallow');
    if (clone.partial) throw new TaskError('clone-partial');
    const place = { environment, directory: clone.gitDirectory, gitDirectory: clone.gitDirectory };
    const what = request.path.slice(slash + 1);
    if (what === 'patch-ids')
      return answer(request, await readPatchIds(await present(request, place, signal), place, signal));
    const query = Query.parse(request.query ?? {});
    if (what === 'contains') return answer(request, { contains: await contains(query, place, signal) });
    return readCommits(request, query, place, signal);
  };
}

type Place = Pick<GitRun, 'environment' | 'directory' | 'gitDirectory'>;
type Query = z.infer<typeof Query>;

async function readCommits(
  request: EvidenceRequest,
  { from, to = '', skip }: Query,
  place: Place,
  signal?: AbortSignal,
) {
  for (const sha of [from, to].filter((one) => one !== undefined)) {
    if (!(await has(sha, place, signal))) throw new TaskError('clone-commit-missing', { detail: `It is ${sha}.` });
  }
  const range = from === undefined ? to : `${from}..${to}`;
  const commits = await readHistory({ range, skip, count: PAGE }, place, signal);
  const next = { path: request.path, query: { ...request.query, skip: skip + PAGE } };
  return { ...answer(request, commits), ...(commits.length === PAGE ? { next } : {}) };
}

/** What a whole clone does not have, no commit of it contains. */
async function contains({ commit = '', to = '' }: Query, place: Place, signal?: AbortSignal): Promise<boolean> {
  if (!(await has(to, place, signal))) throw new TaskError('clone-commit-missing', { detail: `It is ${to}.` });
  if (!(await has(commit, place, signal))) return false;
  return (await runGit(['merge-base', '--is-ancestor', commit, to], place, signal)).exitCode === 0;
}

async function present({ body }: EvidenceRequest, place: Place, signal?: AbortSignal): Promise<string[]> {
  const { shas } = Body.parse(body);
  const check = ['cat-file', '--batch-check=%(objecttype) %(objectname)'];
  const { text } = await runGit(check, { ...place, input: shas.map((sha) => `${sha}\n`).join('') }, signal);
  return text.split('\n').flatMap((line) => (line.startsWith('commit ') ? [line.slice('commit '.length)] : []));
}

async function has(sha: string, place: Place, signal?: AbortSignal): Promise<boolean> {
  return (await runGit(['cat-file', '-e', `${sha}^{commit}`], place, signal)).exitCode === 0;
}

function answer({ path, query = {} }: EvidenceRequest, value: unknown): RawAnswer {
  const parameters = Object.entries(query).map(([name, one]) => `${name}=${one}`);
  return {
    url: `git:${path}${parameters.length === 0 ? '' : `?${parameters.join('&')}`}`,
    text: JSON.stringify(value),
  };
}
