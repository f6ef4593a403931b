import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { removeTree } from '../agent/remove-tree.ts';
import { runGit } from '../git/run-git.ts';
import type { TrialDeps } from '../trial/run-trial.ts';
import type { EvalTicket } from './tickets/ticket.ts';

export interface TicketRepository {
  cloneUrl: string;
  /** Its only commit. */
  sha: string;
}

/** Lends the repository of a ticket, with one commit on `main`, for this user alone. */
export async function withTicketRepository<T>(
  { files }: Pick<EvalTicket, 'files'>,
  { git, settings }: Pick<TrialDeps, 'git' | 'settings'>,
  signal: AbortSignal,
  work: (repository: TicketRepository) => Promise<T>,
): Promise<T> {
  await mkdir(settings.workspaceRoot, { recursive: true });
  const root = await mkdtemp(path.join(settings.workspaceRoot, 'eval-'));
  try {
    const home = path.join(root, 'home');
    const tree = path.join(root, 'repository');
    await mkdir(home);
    await writeFiles(tree, files);
    const { name, email } = settings.author;
    const author = ['-c', `user.name=${name}`, '-c', `user.email=${email}`];
    const run = (...args: string[]) => runGit({ ...git, homeDirectory: home }, args, { cwd: tree }, signal);
    await run('init', '--quiet', '--template=', '--initial-branch=main');
    await run('add', '--all');
    await run(...author, 'commit', '--quiet', '--message=Begin');
    const { stdout } = await run('rev-parse', 'HEAD');
    return await work({ cloneUrl: toFileUrl(tree), sha: stdout.toString().trim() });
  } finally {
    await removeTree(root);
  }
}

/** Makes the folders of the files as well. */
export async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

/** With what an address takes for its own in the name of a directory. */
function toFileUrl(directory: string): string {
  const url = new URL('file:///');
  url.pathname = directory.replaceAll('%', '%25');
  return url.href;
}
