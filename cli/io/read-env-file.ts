import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { hasCode } from '../../shared/kernel/has-code.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A file of settings that is named and cannot be used. Its message holds no line of the file. */
export class EnvFileError extends Error {
  override readonly name = 'EnvFileError';
}

/**
 * The settings of the file that `CMAP_ENV_FILE` names, such as `.env`, on a person's machine; the weakest there are. No
 * file is read unless it is named, because one that lies in a repository could send the tokens of the environment to an
 * address of its own. Functions and runner read no file of settings at all.
 * @throws {EnvFileError}
 */
export function readEnvFile(environment: Environment, cwd: string): Environment {
  const file = environment['CMAP_ENV_FILE']?.trim();
  if (!file) return {};
  try {
    return parseSettings(readFileSync(path.resolve(cwd, file), 'utf8'));
  } catch (error) {
    const why = hasCode(error, 'ENOENT') ? 'is not there' : 'cannot be read';
    throw new EnvFileError(`${file}, which CMAP_ENV_FILE names, ${why}: correct the variable or remove it`, {
      cause: error,
    });
  }
}

/** The settings of a text in the form of `.env` files. */
export function parseSettings(text: string): Environment {
  // PowerShell begins a file in UTF-8 with a mark that would belong to the first name.
  return parseEnv(text.replace(/^\uFEFF/, ''));
}
