import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { UsageError } from '../../cli/arguments/usage-error.ts';
import {
  changeEnvironments,
  readEnvironments,
  type StoredEnvironment,
  withoutEnvironment,
} from '../../cli/environments/environments-file.ts';
import { findSetting, judgeSetting } from '../../cli/environments/known-settings.ts';
import { createSharedFile, type SharedFile } from '../../cli/io/shared-file.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import { findOwner, formatSandboxFile, type SandboxOwner } from './sandbox-file.ts';

export interface RegisterOptions {
  /** What a person needs to use the sandbox from elsewhere. */
  settings: Readonly<Record<string, string>>;
  /** Where the file stands. */
  folder: string;
  /** The environments of this person; absent where they have no home. */
  environments: SharedFile | undefined;
  pid: number;
  clock: Pick<Clock, 'sleep'>;
  isAlive: (owner: SandboxOwner) => Promise<boolean>;
}

export interface RegisteredSandbox {
  file: string;
  /** The environment of `cmap`; absent where this person has no place for one, and `problem` says why not. */
  name?: string;
  problem?: string;
  forget(): Promise<void>;
}

const FROM = 'npm start';
const MOST_SANDBOXES = 20;

/**
 * Writes the settings of a sandbox into a file of the folder, which only this user may read, and makes it an
 * environment of `cmap`: `.cmap-sandbox.env` and `sandbox`, or both with `-2` and so on while other sandboxes run. What
 * was left by one that was killed is taken over. Both are there until `forget` is called.
 * @throws {UsageError} or the system's own error when the file cannot be written
 */
export async function registerSandbox(options: RegisterOptions): Promise<RegisteredSandbox> {
  for (let number = 1; number <= MOST_SANDBOXES; number += 1) {
    const registered = await tryToRegister(number === 1 ? 'sandbox' : `sandbox-${number}`, options);
    if (registered) return registered;
  }
  throw new UsageError(`the names from sandbox to sandbox-${MOST_SANDBOXES} are taken; \`cmap env list\` shows them`);
}

async function tryToRegister(name: string, options: RegisterOptions): Promise<RegisteredSandbox | undefined> {
  const { settings, folder, environments, pid, clock, isAlive } = options;
  const file = path.join(folder, `.cmap-${name}.env`);
  const shared = createSharedFile(file, { pid, clock });
  const before = await shared.read();
  if (before !== undefined && !(await isLeftover(before, isAlive))) return undefined;
  const own = formatSandboxFile(settings, pid);
  if (!(await replaceText(shared, before, own))) return undefined;

  const removeFile = async () => {
    if ((await shared.read()) === own) await rm(file, { force: true });
  };
  try {
    const isNamed = await giveName({ name, file, settings }, environments, isAlive);
    if (!isNamed) await removeFile();
    return isNamed ? { file, name, forget: () => forget({ name, file, removeFile }, environments) } : undefined;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { file, problem: error.message, forget: removeFile };
  }
}

/** Of a sandbox that runs no longer; what another program wrote is left alone. */
async function isLeftover(text: string, isAlive: RegisterOptions['isAlive']): Promise<boolean> {
  const owner = findOwner(text);
  return owner !== undefined && !(await isAlive(owner));
}

/** Whether the file had still the text that it was judged by. */
async function replaceText(file: SharedFile, before: string | undefined, own: string): Promise<boolean> {
  let isReplaced = false;
  await file.update((text) => {
    if (text !== undefined && text !== before) return text;
    isReplaced = true;
    return own;
  });
  return isReplaced;
}

interface NamedSandbox {
  name: string;
  file: string;
  settings: Readonly<Record<string, string>>;
}

/** Whether the name was free. @throws {UsageError} when the environments cannot be used */
async function giveName(
  { name, file, settings }: NamedSandbox,
  environments: SharedFile | undefined,
  isAlive: RegisterOptions['isAlive'],
): Promise<boolean> {
  const home = environments ? { environments } : {};
  const judged = (await readEnvironments(home)).byName.get(name);
  // The file of this folder is ours by now.
  const leftover = judged?.file === file ? undefined : await readOwned(judged?.file);
  if (judged && (judged.from !== FROM || (leftover && !(await isLeftover(leftover.text, isAlive))))) return false;
  let isGiven = false;
  await changeEnvironments(({ byName, ...rest }) => {
    isGiven = isSame(byName.get(name), judged);
    if (!isGiven) return { byName, ...rest };
    const stored: StoredEnvironment = { from: FROM, file, settings: pickShown(settings), secrets: {} };
    return { ...rest, byName: new Map([...byName, [name, stored]]) };
  }, home);
  if (isGiven && leftover) await rm(leftover.file, { force: true });
  return isGiven;
}

/** A file, where `npm start` wrote it. */
async function readOwned(file: string | undefined): Promise<{ file: string; text: string } | undefined> {
  const text = file === undefined ? undefined : await readFile(file, 'utf8').catch(() => undefined);
  return file !== undefined && text !== undefined && findOwner(text) ? { file, text } : undefined;
}

function isSame(one: StoredEnvironment | undefined, other: StoredEnvironment | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** What `cmap env show` shows; the file has all of it. */
function pickShown(settings: Readonly<Record<string, string>>): Record<string, string> {
  const shown = Object.entries(settings).filter(
    ([name, value]) => findSetting(name) !== undefined && judgeSetting(name, value).kind === 'value',
  );
  return Object.fromEntries(shown);
}

async function forget(
  { name, file, removeFile }: { name: string; file: string; removeFile: () => Promise<void> },
  environments: SharedFile | undefined,
): Promise<void> {
  // The file first: it is what holds secrets.
  await removeFile();
  if (!environments) return;
  await changeEnvironments(
    (before) => (before.byName.get(name)?.file === file ? withoutEnvironment(name, before) : before),
    { environments },
  );
}
