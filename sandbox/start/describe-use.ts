import path from 'node:path';
import type { RegisteredSandbox } from './register-sandbox.ts';

/** How a person uses the sandbox from another terminal, in one line of at most 80 characters. */
export function describeUse(
  { file, name }: Pick<RegisteredSandbox, 'file' | 'name'>,
  platform: NodeJS.Platform,
): string {
  const short = path.basename(file);
  if (name !== undefined) return `In another terminal: npx cmap COMMAND --env ${name} (${short})`;
  const command =
    platform === 'win32'
      ? `$env:CMAP_ENV_FILE="${short}"; npx cmap COMMAND`
      : `CMAP_ENV_FILE=${short} npx cmap COMMAND`;
  return `In another terminal: ${command}`;
}
