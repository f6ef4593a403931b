import type { CliIO } from '../io/io.ts';

export interface Refusal {
  /** What, where and what to do, on one line. */
  error: string;
  json: boolean;
  /** What scripts read beside `ok` and `error`. */
  document?: object;
  /** 1: the answer is no. 2: the command was used wrongly. 3: not everything could be seen. */
  exitCode?: 1 | 2 | 3;
}

/** Says on standard error why nothing was done, with `--json` on standard output as well. Returns the exit code. */
export function refuse(
  { error, json, document = {}, exitCode = 1 }: Refusal,
  io: Pick<CliIO, 'print' | 'warn'>,
): number {
  io.warn(`cmap: ${error}`);
  if (json) io.print(JSON.stringify({ ok: false, error, ...document }, null, 2));
  return exitCode;
}
