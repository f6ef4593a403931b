import { type ChildProcess, fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { once } from '../../shared/kernel/once.ts';
import { buildProgram } from '../build-program.ts';
import type { AuditCase } from './audit-case.ts';
import type { ProcessInput, ProcessResult } from './large-audit-process.ts';

export const LARGE_SIZE: AuditCase = { repositories: 20, commits: 10_000, mergeRequests: 3_000, issues: 5_000 };

/**
 * What keeps the whole process near 512 MB: Node sets a heap of about this size itself where a container has no more
 * memory.
 */
const SMALL_HEAP = ['--max-old-space-size=320', '--max-semi-space-size=8'];

export interface LargeAudit {
  audit: ProcessResult;
  /** The same answers, only read and parsed. */
  fetch: ProcessResult;
}

/**
 * The largest release, audited and only fetched, each in a process of its own; measured once for all lines that show
 * it.
 */
export const runLargeAudit = once(
  (): Promise<LargeAudit> =>
    withFolder(async (folder) => {
      const common = { size: LARGE_SIZE, folder, isSlow: true };
      const { child, message } = await start<{ url: string }>({ ...common, work: 'serve' });
      try {
        const audit = await measure({ ...common, work: 'audit', url: message.url }, SMALL_HEAP);
        return { audit, fetch: await measure({ ...common, work: 'fetch', url: message.url }) };
      } finally {
        child.kill();
      }
    }),
);

/** Works in a folder that is gone afterwards. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cmap-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** One work in a process of its own, from its start to the message with the result. */
export async function measure(input: ProcessInput, execArgv: string[] = []): Promise<ProcessResult> {
  const { child, message } = await start<ProcessResult>(input, execArgv);
  child.kill();
  return message;
}

/** The program as it would be installed: from its sources, Node would need memory to take the types out of them. */
const bundle = once(async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'cmap-bench-program-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  await buildProgram({ entry: 'scripts/bench-tools/large-audit-process.ts', directory, name: 'process', options: {} });
  return path.join(directory, 'process.js');
});

/** Starts a work in a process of its own; resolves with the process and its first message. */
export async function start<T>(
  input: ProcessInput,
  execArgv: string[] = [],
): Promise<{ child: ChildProcess; message: T }> {
  const child = fork(await bundle(), [JSON.stringify(input)], { execArgv });
  const message = await new Promise<T>((resolve, reject) => {
    child.once('message', (value) => resolve(value as T)); // sent by `large-audit-process.ts`
    child.once('exit', (code) => reject(new Error(`${input.work} ended with ${code} and said nothing`)));
  });
  return { child, message };
}
