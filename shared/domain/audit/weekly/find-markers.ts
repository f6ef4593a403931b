export const MARKERS = ['decision', 'action', 'blocker', 'note'] as const;
export type Marker = (typeof MARKERS)[number];

export interface MarkedText {
  marker: Marker;
  text: string;
}

const NAME = '(decision|action|blocker|note)s?';
/** `Decision: we ship`, `- **Action:** call Ann`, `**Note**: x`. */
const INLINE = new RegExp(
  `^(?:[-*+]\\s+|\\d+[.)]\\s+)?(?:\\*\\*|__)?${NAME}(?:\\*\\*|__)?\\s*:(?:\\*\\*|__)?\\s*(.*)$`,
  'i',
);
/** `## Decisions` or `**Decision**` alone on a line. */
const HEADING = new RegExp(`^(?:#{1,6}\\s+|\\*\\*|__)${NAME}(?:\\*\\*|__)?\\s*:?$`, 'i');
const BULLET = /^(?:[-*+]|\d+[.)])\s+(?:\[[ xX]\]\s+)?(.*)$/;

/**
 * Decisions, actions, blockers and notes in a comment, written on one line (`Decision: we ship`) or as a block: a
 * heading or a lone `Actions:`, then a list, each item of which is one, or a paragraph. A block ends at an empty line
 * behind its text, a heading or another marker. Code blocks and quotes belong to others and are left out.
 */
export function findMarkers(comment: string): MarkedText[] {
  const found: MarkedText[] = [];
  let block: Block | undefined;
  for (const line of ownLines(comment)) {
    const start = startOf(line);
    if (start || endsBlock(line, block)) {
      found.push(...paragraphOf(block));
      block = start?.text === '' ? { marker: start.marker, paragraph: [], started: false } : undefined;
      if (start && start.text !== '') found.push(start);
    } else if (block && line !== '') {
      found.push(...addLine(line, block));
    }
  }
  return [...found, ...paragraphOf(block)];
}

interface Block {
  marker: Marker;
  paragraph: string[];
  started: boolean;
}

/** Trimmed lines without code blocks and quotes. */
function ownLines(comment: string): string[] {
  let fenced = false;
  return comment
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => {
      const fence = /^(?:```|~~~)/.test(line);
      if (fence) fenced = !fenced;
      return !fence && !fenced && !line.startsWith('>');
    });
}

function startOf(line: string): MarkedText | undefined {
  const match = HEADING.exec(line) ?? INLINE.exec(line);
  const marker = MARKERS.find((one) => one === match?.[1]?.toLowerCase());
  return match && marker ? { marker, text: (match[2] ?? '').trim() } : undefined;
}

function endsBlock(line: string, block: Block | undefined): boolean {
  return block !== undefined && (/^#{1,6}\s/.test(line) || (line === '' && block.started));
}

/** Takes a line into a block: an item is one of its own, other lines are one paragraph. */
function addLine(line: string, block: Block): MarkedText[] {
  block.started = true;
  const item = BULLET.exec(line)?.[1];
  if (item === undefined) block.paragraph.push(line);
  return item ? [{ marker: block.marker, text: item }] : [];
}

function paragraphOf(block: Block | undefined): MarkedText[] {
  return block && block.paragraph.length > 0 ? [{ marker: block.marker, text: block.paragraph.join(' ') }] : [];
}
