import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { SECOND } from '../../shared/kernel/clock.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import type { Secret } from '../../shared/kernel/secret.ts';
import { runProcess } from '../process/run-process.ts';
import type { Git } from './git.ts';

/**
 * Lends `work` the file of a private SSH key, in the directory that is for the runner alone, and removes it in every
 * case: the file is there only while one command needs it.
 */
export async function withSigningKey<T>(
  { homeDirectory }: Pick<Git, 'homeDirectory'>,
  key: Secret,
  work: (file: string) => Promise<T>,
): Promise<T> {
  const file = path.join(homeDirectory, `signing-key-${randomUUID()}`);
  try {
    await writeFile(file, toKeyFile(key.reveal()), { mode: 0o600, flag: 'wx' });
    return await work(file);
  } finally {
    await rm(file, { force: true });
  }
}

/** Arguments with which git signs by the key in a file. */
export function signBy(file: string): string[] {
  return ['-c', 'gpg.format=ssh', '-c', 'gpg.ssh.program=ssh-keygen', '-c', `user.signingKey=${file}`];
}

const CHECK_TIMEOUT_MS = 20 * SECOND;

/**
 * Resolves where commits can be signed with a key. Asked before anything is cloned, so that no session works for
 * nothing.
 * @throws {TaskError} `signing-key-unusable`, which repeats nothing of the key.
 */
export async function assertSigningKey(git: Git, key: Secret, signal: AbortSignal): Promise<void> {
  const report = await withSigningKey(git, key, async (file) => {
    const request = {
      command: 'ssh-keygen',
      // Prints the public key; an empty passphrase, so that nothing is asked for.
      args: ['-y', '-P', '', '-f', file],
      environment: { ...git.environment, HOME: git.homeDirectory },
      timeoutMs: CHECK_TIMEOUT_MS,
      onStdout: () => 'more' as const,
      onStderr: () => 'more' as const,
    };
    try {
      return await runProcess(request, git.clock, signal);
    } catch (cause) {
      throw new TaskError('signing-key-unusable', { detail: 'ssh-keygen is not in the runner image', cause });
    }
  });
  signal.throwIfAborted();
  if (report.ending !== 'exit' || report.exitCode !== 0)
    throw new TaskError('signing-key-unusable', { detail: 'It is no private SSH key without a passphrase.' });
}

/** As OpenSSH reads one: with its own line ends, also where it came as one line of base64 or from a Windows file. */
function toKeyFile(value: string): string {
  const text = value.includes('PRIVATE KEY') ? value : Buffer.from(value, 'base64').toString('utf8');
  return `${text.replaceAll('\r\n', '\n').trim()}\n`;
}
