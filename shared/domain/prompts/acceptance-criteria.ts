const HEADING = /^(?:#{1,6}\s+|\*\*|h[1-6]\.\s+)?(.+?)(?:\*\*)?\s*:?\s*(?:\*\*)?$/u;
const MEANING = /^(?:acceptance criteria|acceptance criterion|definition of done|akzeptanzkriterien|ac)$/iu;
const ANY_HEADING = /^(?:#{1,6}\s+\S|\*\*[^*]+\*\*\s*:?\s*$|h[1-6]\.\s)/u;

/**
 * The section of a description that lists acceptance criteria, without its heading. `undefined` when there is none.
 * Teams write it as a heading, in bold or as a line that ends with a colon.
 */
export function findAcceptanceCriteria(description: string): string | undefined {
  const lines = description.split(/\r?\n/u);
  const start = lines.findIndex((line) => line.length < 80 && MEANING.test(HEADING.exec(line.trim())?.[1] ?? ''));
  if (start === -1) return undefined;

  const length = lines.slice(start + 1).findIndex((line) => ANY_HEADING.test(line));
  const section = lines
    .slice(start + 1, length === -1 ? undefined : start + 1 + length)
    .join('\n')
    .trim();
  return section || undefined;
}
