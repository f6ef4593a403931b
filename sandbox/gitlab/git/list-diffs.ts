import type { BareRepository } from './bare-repository.ts';

/** What the first commit of a history is compared with. */
export const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** One file of a diff as GitLab lists it. */
export interface ListedDiff {
  old_path: string;
  new_path: string;
  a_mode: string;
  b_mode: string;
  new_file: boolean;
  renamed_file: boolean;
  deleted_file: boolean;
  diff: string;
}

/**
 * The product reads no text of diffs: it costs a second process, and is given with GitLab's own parameter `unidiff`
 * only.
 */
export function wantsText({ query }: { query: URLSearchParams }): boolean {
  return query.get('unidiff') === 'true';
}

/** The files that differ between two commits, by name. */
export async function listDiffs(
  repository: BareRepository,
  from: string,
  to: string,
  withText = false,
): Promise<ListedDiff[]> {
  const texts = withText ? await readTexts(repository, from, to) : [];
  const fields = (await repository.git(['diff', '--raw', '-z', '--find-renames=30%', from, to, '--'])).split('\0');
  const diffs: ListedDiff[] = [];
  for (let index = 0; index < fields.length - 1; ) {
    const [oldMode = '', newMode = '', , , status = ''] = (fields[index] ?? '').replace(/^:/, '').split(' ');
    const moved = /^[RC]/.test(status);
    const old_path = fields[index + 1] ?? '';
    const new_path = (moved ? fields[index + 2] : old_path) ?? '';
    diffs.push({
      old_path,
      new_path,
      a_mode: oldMode,
      b_mode: newMode,
      new_file: status === 'A',
      renamed_file: status.startsWith('R'),
      deleted_file: status === 'D',
      diff: texts[diffs.length] ?? '',
    });
    index += moved ? 3 : 2;
  }
  return diffs;
}

/** The hunks of each file, in the order of the list of names; empty for one without lines. */
async function readTexts(repository: BareRepository, from: string, to: string): Promise<string[]> {
  const text = await repository.git(['diff', '--no-color', '--no-ext-diff', '--find-renames=30%', from, to, '--']);
  return `\n${text}`
    .split('\ndiff --git ')
    .slice(1)
    .map((file) => {
      const start = file.indexOf('\n@@ ');
      return start === -1 ? '' : `${file.slice(start + 1)}\n`;
    });
}
