import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { OfferedSkill } from '../../shared/domain/prompts/offer-skills.ts';
import type { SessionHome } from './session-home.ts';

/**
 * Writes the skills of a session into a directory of the runner, which the agent may read. Resolves with the directory,
 * or `undefined` where there are none.
 */
export async function writeSkills(
  skills: readonly OfferedSkill[],
  { root }: Pick<SessionHome, 'root'>,
): Promise<string | undefined> {
  if (skills.length === 0) return undefined;
  const directory = path.join(root, 'skills');
  await mkdir(directory);
  for (const { name, description, text } of skills) {
    await mkdir(path.join(directory, name));
    // JSON is YAML with any description.
    const frontMatter = `---\nname: ${JSON.stringify(name)}\ndescription: ${JSON.stringify(description)}\n---\n`;
    await writeFile(path.join(directory, name, 'SKILL.md'), `${frontMatter}\n${text}`);
  }
  return directory;
}
