import { parseSettings } from '../../cli/io/read-env-file.ts';

/** Who wrote a file of settings: the process, and where its functions answer. */
export interface SandboxOwner {
  pid: number;
  functionsUrl: string | undefined;
}

const HEAD = '# A sandbox of npm start, process ';

/**
 * The text of a file of settings, in the form of `.env` files. That form has three quotes and no escapes; a shell reads
 * values in the first kind of them, too.
 */
export function formatSandboxFile(settings: Readonly<Record<string, string>>, pid: number): string {
  const lines = Object.entries(settings).map(([name, value]) => {
    const quote = ["'", '"', '`'].find((one) => !value.includes(one)) ?? "'";
    return `${name}=${quote}${value}${quote}\n`;
  });
  return `${HEAD}${pid}: this file goes when it ends.\n${lines.join('')}`;
}

/** `undefined` for a file that `npm start` did not write. */
export function findOwner(text: string): SandboxOwner | undefined {
  if (!text.startsWith(HEAD)) return undefined;
  const pid = Number.parseInt(text.slice(HEAD.length), 10);
  return Number.isSafeInteger(pid) ? { pid, functionsUrl: parseSettings(text)['FUNCTIONS_URL'] } : undefined;
}
