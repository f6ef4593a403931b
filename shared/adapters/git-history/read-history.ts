import { TaskError } from '../../kernel/errors.ts';
import { type GitRun, runGit } from './run-git.ts';

/** A commit in the words of GitLab's API, with what only a clone shows. */
export interface ClonedCommit {
  id: string;
  parent_ids: string[];
  title: string;
  message: string;
  author_name: string;
  author_email: string;
  authored_date: string;
  committer_name: string;
  committer_email: string;
  committed_date: string;
  extended_trailers: Record<string, string[]>;
  /** `git patch-id --stable`; null for a merge and for a commit that changes nothing. */
  patch_id: string | null;
  /** Paths that differ from the first parent. */
  paths: string[];
}

export interface Page {
  /** `<sha>`, or `<sha>..<sha>`. */
  range: string;
  skip: number;
  count: number;
}

type Place = Pick<GitRun, 'environment' | 'directory' | 'gitDirectory'>;

const FIELDS = ['%H', '%P', '%an', '%ae', '%at', '%cn', '%ce', '%ct', '%B', '%(trailers:only=true,unfold=true)'];

/** Commits of a range, from a position on. @throws {TaskError} `clone-unreadable` when git refuses to read them. */
export async function readHistory(
  { range, skip, count }: Page,
  place: Place,
  signal?: AbortSignal,
): Promise<ClonedCommit[]> {
  const page = [`--skip=${skip}`, `--max-count=${count}`];
  const options = ['--topo-order', '--no-notes', '--encoding=UTF-8', `--format=${FIELDS.join('%x00')}`];
  const text = await read(['log', '-z', ...options, ...page, '--end-of-options', range, '--'], place, signal);
  const fields = text.split('\0');
  const found = Array.from({ length: Math.floor(fields.length / FIELDS.length) }, (_, index) =>
    parseCommit(fields.slice(index * FIELDS.length, (index + 1) * FIELDS.length)),
  );
  const shas = found.map(({ id }) => id);
  const paths = await readPaths(shas, place, signal);
  const patches = await readPatchIds(shas, place, signal);
  return found.map((commit) => ({
    ...commit,
    patch_id: patches[commit.id] ?? null,
    paths: paths.get(commit.id) ?? [],
  }));
}

/** Patch ids of those of the commits that the clone has and that change something. */
export async function readPatchIds(
  shas: readonly string[],
  place: Place,
  signal?: AbortSignal,
): Promise<Record<string, string>> {
  if (shas.length === 0) return {};
  // Plumbing follows no setting of the clone about how diffs look, which the id would depend on.
  const diff = [
    'diff-tree',
    '--stdin',
    '-p',
    '-r',
    '--root',
    '--no-renames',
    '--ignore-submodules=none',
    '--no-ext-diff',
    '--no-textconv',
    '--no-color',
  ];
  const text = await read(diff, { ...place, input: lines(shas), into: ['patch-id', '--stable'] }, signal);
  const pairs = text.split('\n').flatMap((line) => {
    const [id, sha] = line.split(' ');
    return id && sha ? [[sha, id] as const] : [];
  });
  return Object.fromEntries(pairs);
}

/**
 * `:modes blobs status NUL path NUL` for each file after the name of its commit; a merge is compared with its first
 * parent.
 */
async function readPaths(shas: readonly string[], place: Place, signal?: AbortSignal): Promise<Map<string, string[]>> {
  if (shas.length === 0) return new Map();
  const diff = [
    'diff-tree',
    '--stdin',
    '-z',
    '--raw',
    '-r',
    '--root',
    '--no-renames',
    '--ignore-submodules=none',
    '--always',
    '--diff-merges=first-parent',
  ];
  const fields = (await read(diff, { ...place, input: lines(shas) }, signal)).split('\0');
  const paths = new Map<string, string[]>();
  let own: string[] = [];
  for (let index = 0; index < fields.length; index += 1) {
    const field = fields[index] ?? '';
    if (field.startsWith(':')) {
      index += 1;
      own.push(fields[index] ?? '');
    } else if (field !== '') {
      own = [];
      paths.set(field, own);
    }
  }
  return paths;
}

async function read(args: readonly string[], run: GitRun, signal?: AbortSignal): Promise<string> {
  const { exitCode, text } = await runGit(args, run, signal);
  if (exitCode !== 0) throw new TaskError('clone-unreadable', { detail: `git ${args[0]} ended with ${exitCode}.` });
  return text;
}

function parseCommit(fields: readonly string[]): Omit<ClonedCommit, 'patch_id' | 'paths'> {
  const [id = '', parents = '', author_name = '', author_email = '', authoredAt = '', ...rest] = fields;
  const [committer_name = '', committer_email = '', committedAt = '', message = '', trailers = ''] = rest;
  return {
    id,
    parent_ids: parents.split(' ').filter(Boolean),
    title: message.split('\n')[0] ?? '',
    message,
    author_name,
    author_email,
    authored_date: toCommitTime(authoredAt),
    committer_name,
    committer_email,
    committed_date: toCommitTime(committedAt),
    extended_trailers: parseTrailers(trailers),
  };
}

function parseTrailers(text: string): Record<string, string[]> {
  const found = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [, key, value = ''] = /^([^:\s]+)\s*:\s*(.*)$/.exec(line) ?? [];
    if (key !== undefined) found.set(key, [...(found.get(key) ?? []), value]);
  }
  return Object.fromEntries(found);
}

/** A clock that a date cannot hold is taken for the beginning of time. */
function toCommitTime(seconds: string): string {
  const date = new Date(Number(seconds) * 1000);
  return Number.isNaN(date.getTime()) ? new Date(0).toISOString() : date.toISOString();
}

function lines(shas: readonly string[]): string {
  return shas.map((sha) => `${sha}\n`).join('');
}
