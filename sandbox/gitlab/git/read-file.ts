import type { BareRepository } from './bare-repository.ts';
import { GitError, runGit } from './run-git.ts';

export interface StoredFile {
  content: Buffer;
  /** `100644`, `100755` or `120000`. */
  mode: string;
  blobId: string;
}

/** A file of a branch or commit, byte for byte; `undefined` when there is none, or no such revision. */
export async function readStoredFile(
  { directory, git }: BareRepository,
  revision: string,
  file: string,
): Promise<StoredFile | undefined> {
  const listed = await orNothing(git(['ls-tree', '-z', '--end-of-options', revision, '--', `:(top,literal)${file}`]));
  const [, mode = '', blobId = ''] = /^(\d+) blob (\w+)\t/.exec(listed ?? '') ?? [];
  if (blobId === '') return undefined;
  return { mode, blobId, content: await runGit({ args: ['cat-file', 'blob', blobId], directory }) };
}

/** The files of a branch or commit by path; `undefined` when there is no such revision. */
export async function listStoredFiles(
  { git }: BareRepository,
  revision: string,
): Promise<{ mode: string; id: string; path: string }[] | undefined> {
  const listed = await orNothing(git(['ls-tree', '-r', '-z', '--full-tree', '--end-of-options', revision]));
  return listed
    ?.split('\0')
    .filter((line) => line !== '')
    .map((line) => {
      const tab = line.indexOf('\t');
      const [mode = '', , id = ''] = line.slice(0, tab).split(' ');
      return { mode, id, path: line.slice(tab + 1) };
    });
}

async function orNothing(output: Promise<string>): Promise<string | undefined> {
  try {
    return await output;
  } catch (error) {
    if (error instanceof GitError) return undefined;
    throw error;
  }
}
