import * as z from 'zod';
import type { BareRepository } from '../git/bare-repository.ts';
import { type DiffFile, diffFile } from '../git/diff-lines.ts';
import { badRequest, invalidParameter } from '../http/api-error.ts';

const RangeEnd = z.object({
  line_code: z.string(),
  type: z.enum(['new', 'old', 'expanded']),
  old_line: z.int().nullish(),
  new_line: z.int().nullish(),
});

const SandboxPosition = z.object({
  position_type: z.enum(['text', 'image', 'file']),
  base_sha: z.string().min(1),
  start_sha: z.string().min(1),
  head_sha: z.string().min(1),
  old_path: z.string().min(1),
  new_path: z.string().min(1),
  old_line: z.int().nullish(),
  new_line: z.int().nullish(),
  line_range: z.object({ start: RangeEnd, end: RangeEnd }).nullish(),
});
type SandboxPosition = z.infer<typeof SandboxPosition>;

/** @throws {ApiError} 400 for a position that names no line of the real diff between its commits. */
export async function checkPosition(repository: BareRepository, posted: Record<string, unknown>): Promise<void> {
  const parsed = SandboxPosition.safeParse(posted);
  if (!parsed.success) {
    const fields = parsed.error.issues.map(({ path }) => `position[${path.join('][')}]`);
    throw invalidParameter(`${fields.join(', ')} is invalid`);
  }
  const position = parsed.data;
  const file = await diffFile(repository, {
    baseSha: position.base_sha,
    headSha: position.head_sha,
    oldPath: position.old_path,
    newPath: position.new_path,
  });
  if (!file) throw invalidLineCode();
  if (position.position_type === 'text') checkLines(position, file);
}

function checkLines(position: SandboxPosition, { lines }: DiffFile): void {
  const at = lines.find(
    ({ oldLine, newLine }) =>
      oldLine === (position.old_line ?? undefined) && newLine === (position.new_line ?? undefined),
  );
  if (!at) throw invalidLineCode();
  if (!position.line_range) return;

  // GitLab itself hardly looks at the range; a wrong one is shown at a wrong place. Here it is refused.
  const { start, end } = position.line_range;
  const first = lines.findIndex(({ lineCode }) => lineCode === start.line_code);
  const last = lines.findIndex(({ lineCode }) => lineCode === end.line_code);
  if (first < 0 || last < first || lines[last] !== at) throw invalidParameter('position[line_range] is invalid');
  for (const [rangeEnd, line] of [
    [start, lines[first]],
    [end, lines[last]],
  ] as const) {
    const side = line?.kind === 'removed' ? 'old' : 'new';
    const fits = line?.kind === 'context' || rangeEnd.type === side || rangeEnd.type === 'expanded';
    if (!fits) throw invalidParameter('position[line_range] is invalid');
  }
}

function invalidLineCode() {
  return badRequest('Note {:line_code=>["can\'t be blank", "must be a valid line code"]}');
}
