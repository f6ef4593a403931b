import type { InstructionFile } from '../../shared/domain/prompts/repository-instructions.ts';
import type { Repository } from './git.ts';
import { type LeftOutFile, type ReadLimits, readTree } from './read-tree.ts';

/** How much instruction text is read of one repository. */
const INSTRUCTION_LIMITS: ReadLimits = { maxFiles: 200, maxFileBytes: 64 * 1024, maxTotalBytes: 256 * 1024 };

/**
 * The repository's own words to agents, from one commit (the target branch): `AGENTS.md`, `CLAUDE.md` and `GEMINI.md`
 * at the root and below, Copilot instructions, skills and agents. The root's files come first. What is over 64 kB,
 * binary or more than is read of a repository comes with the reason in place of its text; links that leave the
 * repository are left out.
 */
export async function listInstructionFiles(
  repository: Repository,
  commit: string,
  signal: AbortSignal,
): Promise<InstructionFile[]> {
  const select = { commit, select: isInstructionFile, limits: INSTRUCTION_LIMITS };
  const { files, leftOut } = await readTree(repository, select, signal);
  const named = leftOut.map(({ path, reason }) => ({ path, leftOut: REASONS[reason] }));
  return [...files, ...named].sort((a, b) => depth(a.path) - depth(b.path) || (a.path < b.path ? -1 : 1));
}

const REASONS: Record<LeftOutFile['reason'], string> = {
  'too-large': 'it is larger than 64 kB',
  'beyond-limits': 'there are more than 200 files or 256 kB of instructions',
  binary: 'it is no text',
};

/** Whether a path is one of the places where repositories keep instructions for agents. */
function isInstructionFile(path: string): boolean {
  return PLACES.some((place) => place.test(path));
}

const PLACES: readonly RegExp[] = [
  /^(?:.+\/)?(?:AGENTS|CLAUDE|GEMINI)\.md$/,
  /^\.github\/copilot-instructions\.md$/,
  /^\.github\/instructions\/.+\.md$/,
  /^\.(?:github|claude|agents)\/skills\/.+\/SKILL\.md$/,
  /^\.(?:github|claude|agents)\/agents\/.+\.md$/,
];

function depth(path: string): number {
  return path.split('/').length;
}
