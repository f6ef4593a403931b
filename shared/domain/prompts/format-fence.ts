import { nameSome } from '../../kernel/text/list-some.ts';
import { shortLine } from './short-line.ts';

const MAX_LISTED = 50;

/** What an agent is told of the part of the repository it may change; nothing where that is all of it. */
export function formatFence(paths: readonly string[] | undefined): string[] {
  if (!paths || paths.length === 0) return [];
  const listed = nameSome(
    paths.map((path) => `\`${shortLine(path)}\``),
    MAX_LISTED,
  );
  return [
    `Change files in this part of the repository only: ${listed}. You may read all of it. A change of anything else is refused, whoever asks for it: where the work cannot be done without one, say in the result what is missing there.`,
  ];
}
