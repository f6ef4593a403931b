import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';

type Environment = Readonly<Record<string, string | undefined>>;

/** A file of settings that is named and cannot be used. Its message holds no line of the file. */
export class EnvFileError extends Error {
  override readonly name = 'EnvFileError';
}

/**
 * The settings of `cmap` on a person's machine: the environment, and below it the file that `CMAP_ENV_FILE` names, such
 * as `.env`. A variable that is set wins over its line. No file is read unless it is named, because one that lies in a
 * repository could send the tokens of the environment to an address of its own. Functions and runner read no file of
 * settings at all.
 * @throws {EnvFileError}
 */
export function readEnvFile(environment: Environment, cwd: string): Environment {
  const file = environment['CMAP_ENV_FILE']?.trim();
  if (!file) return environment;
  const text = readText(path.resolve(cwd, file), file);
  const set = Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== '');
  // Names that differ only in case are one: on Windows they are the same variable, and aliases are read in any case.
  const names = new Set(set.map(([name]) => name.toUpperCase()));
  const inFile = Object.entries(parseEnv(text)).filter(([name]) => !names.has(name.toUpperCase()));
  return { ...Object.fromEntries(inFile), ...Object.fromEntries(set) };
}

function readText(place: string, name: string): string {
  try {
    // PowerShell begins a file in UTF-8 with a mark that would belong to the first name.
    return readFileSync(place, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    const why =
      error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'is not there' : 'cannot be read';
    throw new EnvFileError(`${name}, which CMAP_ENV_FILE names, ${why}: correct the variable or remove it`, {
      cause: error,
    });
  }
}
