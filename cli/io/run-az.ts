import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

/** How a program ended that was started to be read. */
export interface ProgramEnd {
  /** `missing`: there is no such program; `late`: it was ended after its time. */
  kind: 'ended' | 'missing' | 'late';
  /** 0 only where it ended well. */
  code: number;
  stdout: string;
  stderr: string;
}

export interface ProgramRun {
  env: Readonly<Record<string, string | undefined>>;
  timeoutMs: number;
  platform?: NodeJS.Platform;
}

/** Runs the Azure CLI without a shell and without input, and gives what it printed. */
export function runAz(args: readonly string[], { env, timeoutMs, platform = process.platform }: ProgramRun) {
  const [program, ...first] = platform === 'win32' ? locateAzOnWindows(env, existsSync) : ['az'];
  return new Promise<ProgramEnd>((resolve) => {
    if (program === undefined) {
      resolve({ kind: 'missing', code: 127, stdout: '', stderr: '' });
      return;
    }
    const options = { env: { ...env }, timeout: timeoutMs, maxBuffer: 32 * 1024 ** 2, windowsHide: true };
    const child = execFile(program, [...first, ...args], options, (error, stdout, stderr) => {
      if (!error) resolve({ kind: 'ended', code: 0, stdout, stderr });
      else if (error.code === 'ENOENT') resolve({ kind: 'missing', code: 127, stdout: '', stderr: '' });
      else if (error.killed && error.code == null) resolve({ kind: 'late', code: 1, stdout, stderr });
      else resolve({ kind: 'ended', code: typeof error.code === 'number' ? error.code : 1, stdout, stderr });
    });
    child.stdin?.end();
  });
}

/** `az` is a command file there, which only a shell starts; it does nothing but start the Python beside it. */
export function locateAzOnWindows(env: ProgramRun['env'], exists: (file: string) => boolean): string[] {
  const folders = (env['Path'] ?? env['PATH'] ?? '').split(';').filter(Boolean);
  const found = folders
    .filter((folder) => exists(path.win32.join(folder, 'az.cmd')))
    .map((folder) => path.win32.join(folder, '..', 'python.exe'))
    .find(exists);
  return found === undefined ? [] : [found, '-IBm', 'azure.cli'];
}
