import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

/** How the program of a trial ended; `missing` where this installation has none. */
export type TrialEnd = { kind: 'ended'; code: number | null; stdout: string; stderr: string } | { kind: 'missing' };

/** Built beside the command line, or among the sources. */
const PROGRAMS = ['../trial/main.js', '../../trial/main.js', '../../runner-container/trial/main.ts'];

/** Runs one trial in a process of its own, which gets its request as standard input. */
export async function startTrial(
  request: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<TrialEnd> {
  const program = PROGRAMS.map((file) => path.resolve(import.meta.dirname, file)).find((file) => existsSync(file));
  if (program === undefined) return { kind: 'missing' };
  const child = spawn(process.execPath, [program], { env: { ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code));
  });
  child.stdin.on('error', () => {}); // It ended before it read: its own words say why.
  child.stdin.end(request);
  const said: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
  child.stdout.on('data', (chunk: Buffer) => said.stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => said.stderr.push(chunk));
  const code = await ended;
  const read = (name: 'stdout' | 'stderr') => Buffer.concat(said[name]).toString('utf8');
  return { kind: 'ended', code, stdout: read('stdout'), stderr: read('stderr') };
}
