import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  changeEnvironments,
  type Environments,
  type StoredEnvironment,
  withoutEnvironment,
} from '../../cli/environments/environments-file.ts';
import { judgeSetting } from '../../cli/environments/known-settings.ts';
import type { SharedFile } from '../../cli/io/shared-file.ts';

const NAME = 'sandbox';

export interface RegisterOptions {
  /** The settings an operator of the sandbox has. */
  settings: Readonly<Record<string, string>>;
  /** The environments of this person. */
  environments: SharedFile;
  pid: number;
}

/**
 * Makes a sandbox the environment `sandbox` of `cmap`, until the function that is returned is called. Its secrets stand
 * in a file of its own beside the others, which only this user may read and which goes with it. Rejects where this user
 * may not write there.
 */
export async function registerEnvironment({
  settings,
  environments,
  pid,
}: RegisterOptions): Promise<() => Promise<void>> {
  const file = path.join(path.dirname(environments.path), `sandbox-${pid}.env`);
  const { kept, others } = divide(settings);
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await rm(file, { force: true });
  await writeFile(file, formatLines(others), { mode: 0o600, flag: 'wx' });
  try {
    let earlier: string | undefined;
    await changeEnvironments(
      ({ byName, ...rest }) => {
        earlier = byName.get(NAME)?.file;
        const stored: StoredEnvironment = { from: 'npm start', file, settings: kept, secrets: {} };
        return { ...rest, byName: new Map([...byName, [NAME, stored]]) };
      },
      { environments },
    );
    // Of one that was killed, or that still runs and is found by this name no longer.
    if (earlier !== undefined && isOurs(earlier, file)) await rm(earlier, { force: true });
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
  return async () => {
    await changeEnvironments((before) => withoutOwn(before, file), { environments });
    await rm(file, { force: true });
  };
}

/** A sandbox that was started later has the name now. */
function withoutOwn(before: Environments, file: string): Environments {
  return before.byName.get(NAME)?.file === file ? withoutEnvironment(NAME, before) : before;
}

function isOurs(earlier: string, file: string): boolean {
  return earlier !== file && path.dirname(earlier) === path.dirname(file) && /sandbox-\d+\.env$/.test(earlier);
}

function divide(settings: Readonly<Record<string, string>>) {
  const kept: Record<string, string> = {};
  const others: Record<string, string> = {};
  for (const [name, value] of Object.entries(settings)) {
    if (judgeSetting(name, value).kind === 'value') kept[name] = value;
    else others[name] = value;
  }
  return { kept, others };
}

/** The form of `.env` files has three quotes and no escapes. */
function formatLines(settings: Readonly<Record<string, string>>): string {
  const lines = Object.entries(settings).map(([name, value]) => {
    const quote = ["'", '"', '`'].find((one) => !value.includes(one)) ?? "'";
    return `${name}=${quote}${value}${quote}\n`;
  });
  return lines.join('');
}
