import path from 'node:path';
import { type Child, startChild } from '../job/child.ts';

export interface FunctionsInstance {
  /** Without a trailing slash. */
  url: string;
  child: Child;
  /** Runs a timer function now; resolves when it has ended. @throws {Error} when it failed. */
  fire(name: string): Promise<void>;
}

export interface StartFunctionsOptions {
  /** The program to start; from its sources unless given. */
  entry?: string;
  env: Record<string, string>;
  onLine: (line: string) => void;
}

const ENTRY = path.resolve(import.meta.dirname, '../host/functions-process.ts');

/** Starts one instance of the functions app. @throws {Error} with what it printed when it did not come up. */
export async function startFunctions({
  entry = ENTRY,
  env,
  onLine,
}: StartFunctionsOptions): Promise<FunctionsInstance> {
  const lines: string[] = [];
  const { promise: listening, resolve } = Promise.withResolvers<string>();
  const child = startChild({
    entry,
    env,
    onLine(line) {
      lines.push(line);
      onLine(line);
      const url = /^\{"listening":"([^"]+)"\}$/.exec(line)?.[1];
      if (url) resolve(url);
    },
  });
  const url = await Promise.race([listening, child.exited.then(() => undefined)]);
  if (url === undefined) throw new Error(`The functions did not start:\n${lines.join('\n')}`);
  return {
    url,
    child,
    async fire(name) {
      const response = await fetch(`${url}/admin/functions/${name}`, {
        method: 'POST',
        body: '{"input":""}',
        // A test may keep this process busy for longer than an idle connection lives.
        headers: { connection: 'close' },
      });
      if (response.status !== 202) throw new Error(`Timer ${name} answered ${response.status}`);
    },
  };
}
