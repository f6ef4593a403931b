import { constants } from 'node:fs';
import { copyFile, link, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';

import type { AgentAccount } from './agent-account.ts';
import { runCommand } from './run-command.ts';

/**
 * A path of the runtime that the agent's user can execute: the installed one, or a copy inside `directory` when the
 * installation lies below a closed directory such as another person's home.
 */
export async function reachableRuntime(runtimePath: string, directory: string, account: AgentAccount): Promise<string> {
  if (!account.ids || (await canExecute(runtimePath, account))) return runtimePath;

  const packageRoot = path.resolve(path.dirname(runtimePath), '../..');
  const copy = path.join(directory, 'runtime');
  await copyTree(packageRoot, copy);
  return path.join(copy, path.relative(packageRoot, runtimePath));
}

async function canExecute(file: string, account: AgentAccount): Promise<boolean> {
  const probe = account.commandLine('/usr/bin/test', ['-x', file]);
  try {
    await runCommand(probe.file, probe.args);
    return true;
  } catch {
    return false; // `test` has no other way to say no
  }
}

/** Hard links where the file system allows: the runtime has 100 MB. */
async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to, { mode: 0o755 });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = path.join(from, entry.name);
    const target = path.join(to, entry.name);
    if (entry.isDirectory()) await copyTree(source, target);
    else await link(source, target).catch(() => copyFile(source, target, constants.COPYFILE_FICLONE));
  }
}
