import type { CliIO } from '../../io/io.ts';
import { nameInput } from '../../io/read-mapping.ts';

/** Linux refuses to start a process with a longer environment string (MAX_ARG_STRLEN, 32 pages). */
const LONGEST_SETTING_BYTES = 131_072 - 'JIRA_PROJECT_MAP='.length - 1;

/** Warns of a map that is too long for a setting; `shorter` is what to try before another place. */
export function warnOfLongSetting(
  { map, paths, shorter = '' }: { map: string; paths: readonly string[]; shorter?: string },
  io: Pick<CliIO, 'warn'>,
): void {
  if (Buffer.byteLength(map) <= LONGEST_SETTING_BYTES) return;
  io.warn(
    `${paths.map(nameInput).join(', ')}: too long for the app setting JIRA_PROJECT_MAP; ${shorter}put it into a file or blob and name that in JIRA_PROJECT_MAP_SOURCE`,
  );
}
