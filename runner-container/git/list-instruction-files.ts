import type { Repository } from './git.ts';
import { type ReadLimits, readTree, type TreeFile } from './read-tree.ts';

/** How much instruction text is read of one repository. */
const INSTRUCTION_LIMITS: ReadLimits = { maxFiles: 200, maxFileBytes: 64 * 1024, maxTotalBytes: 256 * 1024 };

/**
 * The repository's own words to agents, from one commit (the target branch): `AGENTS.md` at the root and below,
 * `CLAUDE.md`, `GEMINI.md`, Copilot instructions, skills and agents. The root's files come first. Files over 64 kB,
 * binary files, and links that leave the repository are left out.
 */
export async function listInstructionFiles(
  repository: Repository,
  commit: string,
  signal: AbortSignal,
): Promise<TreeFile[]> {
  const files = await readTree(repository, { commit, select: isInstructionFile, limits: INSTRUCTION_LIMITS }, signal);
  return files.sort((a, b) => depth(a.path) - depth(b.path) || (a.path < b.path ? -1 : 1));
}

/** Whether a path is one of the places where repositories keep instructions for agents. */
function isInstructionFile(path: string): boolean {
  return PLACES.some((place) => place.test(path));
}

const PLACES: readonly RegExp[] = [
  /^(?:.+\/)?AGENTS\.md$/,
  /^(?:CLAUDE|GEMINI)\.md$/,
  /^\.github\/copilot-instructions\.md$/,
  /^\.github\/instructions\/.+\.md$/,
  /^\.(?:github|claude|agents)\/skills\/.+\/SKILL\.md$/,
  /^\.(?:github|claude|agents)\/agents\/.+\.md$/,
];

function depth(path: string): number {
  return path.split('/').length;
}
