import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { once } from '../../shared/kernel/once.ts';
import type { AuditCase } from './audit-case.ts';
import type { ProcessOrder, ProcessResult } from './large-audit-process.ts';

export const LARGE_SIZE: AuditCase = { repositories: 20, commits: 10_000, mergeRequests: 3_000, issues: 5_000 };

/** A page of a hundred commits takes GitLab longer than this. */
export const ANSWER_MS = 50;

/** Largest heap, so that the whole process stays in 512 MB. Node sets about this itself where a container has that much memory. */
const HEAP_MB = 340;

export interface LargeAudit {
  audit: ProcessResult;
  /** The same answers, only read and parsed. */
  fetch: ProcessResult;
}

/** The largest release, audited and only fetched, each in a process of its own; measured once for all lines that show it. */
export const runLargeAudit = once(
  (): Promise<LargeAudit> =>
    withFolder(async (folder) => {
      const common = { size: LARGE_SIZE, folder, delayMs: ANSWER_MS };
      const { child, message } = await start<{ url: string }>({ ...common, work: 'serve' });
      try {
        const audit = await measure({ ...common, work: 'audit', url: message.url }, [
          `--max-old-space-size=${HEAP_MB}`,
        ]);
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
export async function measure(order: ProcessOrder, execArgv: string[] = []): Promise<ProcessResult> {
  const { child, message } = await start<ProcessResult>(order, execArgv);
  child.kill();
  return message;
}

/** Starts a work in a process of its own; resolves with the process and its first message. */
export async function start<T>(
  order: ProcessOrder,
  execArgv: string[] = [],
): Promise<{ child: ChildProcess; message: T }> {
  const program = path.join(import.meta.dirname, 'large-audit-process.ts');
  const child = fork(program, [JSON.stringify(order)], { execArgv });
  const message = await new Promise<T>((resolve, reject) => {
    child.once('message', (value) => resolve(value as T)); // sent by `large-audit-process.ts`
    child.once('exit', (code) => reject(new Error(`${order.work} ended with ${code} and said nothing`)));
  });
  return { child, message };
}
