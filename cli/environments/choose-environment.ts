import { findNear } from '../../shared/domain/mapping/source/suggest-field.ts';
import { UsageError } from '../arguments/usage-error.ts';
import type { CliIO } from '../io/io.ts';
import type { Environments, StoredEnvironment } from './environments-file.ts';

/** The name of an environment, and what gave it. */
export interface ChosenName {
  name: string;
  chosenBy: '--env' | 'CMAP_ENV' | 'cmap env use';
}

export interface ChosenEnvironment extends ChosenName {
  stored: StoredEnvironment;
}

/** What a command works on: what `--env` names, else CMAP_ENV, else the current one; there may be none of that name. */
export function chooseName(
  given: string | undefined,
  { current }: Pick<Environments, 'current'>,
  { shell }: Pick<CliIO, 'shell'>,
): ChosenName | undefined {
  const variable = shell['CMAP_ENV']?.trim();
  if (given !== undefined) return { name: given, chosenBy: '--env' };
  if (variable) return { name: variable, chosenBy: 'CMAP_ENV' };
  return current === undefined ? undefined : { name: current, chosenBy: 'cmap env use' };
}

/**
 * The environment a command works on; `undefined` where nothing names one.
 * @throws {UsageError} when there is none of that name
 */
export function chooseEnvironment(
  given: string | undefined,
  environments: Environments,
  io: Pick<CliIO, 'shell'>,
): ChosenEnvironment | undefined {
  const chosen = chooseName(given, environments, io);
  return chosen && { ...chosen, stored: find(chosen.name, environments, ` (${chosen.chosenBy})`) };
}

/** @throws {UsageError} naming what there is instead */
export function findEnvironment(name: string, environments: Environments): StoredEnvironment {
  return find(name, environments, '');
}

function find(name: string, { byName }: Environments, how: string): StoredEnvironment {
  const stored = byName.get(name);
  if (stored) return stored;
  const near = findNear(name, [...byName.keys()]);
  const next = near ? `did you mean ${near}?` : '`cmap env list` shows them, `cmap env add` adds one';
  throw new UsageError(`there is no environment ${JSON.stringify(name)}${how}; ${next}`);
}
