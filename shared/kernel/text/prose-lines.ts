import { findMarkup, measureDefinition } from './find-markup.ts';

/**
 * The lines of a note that its author wrote as prose, one entry per line of the note: fenced and indented code, quotes,
 * code spans and what the page does not show are blanked. What the author quotes, shows as code or hides in a comment
 * is not what the note says.
 */
export function proseLines(body: string): string[] {
  const lines = body.replaceAll('\r\n', '\n').split('\n');
  const endsBelow = createEndsBelow(lines);
  let fence: string | undefined;
  let quoteBlock = false;
  let markupEnd: RegExp | undefined;
  let definitionEnd = 0;

  function blankMarkup(line: string, index: number): string {
    let prose = '';
    const missed = new Set<string>();
    for (let rest = line; ; ) {
      const markup = findMarkup(rest);
      if (!markup) return prose + rest;
      const { start, after, end } = markup;
      const closing = end && !missed.has(end.source) ? end.exec(rest.slice(after)) : undefined;
      const begins = /^ {0,3}$/.test(line.slice(0, line.length - rest.length + start));
      if (end && !closing && (endsBelow(end, index) || (begins && markup.takesTheRest))) {
        markupEnd = end;
        return `${prose}${rest.slice(0, start)} `;
      }
      if (end && !closing) {
        // Nothing ends it, so it is text.
        missed.add(end.source);
        prose += rest.slice(0, after);
        rest = rest.slice(after);
        continue;
      }
      prose += `${rest.slice(0, start)} `;
      rest = rest.slice(after + (closing ? closing.index + closing[0].length : 0));
    }
  }

  return lines.map((line, index) => {
    if (markupEnd) {
      const closing = markupEnd.exec(line);
      if (!closing) return '';
      markupEnd = undefined;
      return blankMarkup(line.slice(closing.index + closing[0].length), index);
    }
    if (index < definitionEnd) return '';
    const [, run, rest = ''] = /^\s*(?:[-*+>]\s+|\d+[.)]\s+)*(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
    if (fence !== undefined) {
      if (run?.startsWith(fence) && rest.trim() === '') fence = undefined;
      return '';
    }
    if (run && !(run.startsWith('`') && rest.includes('`'))) {
      fence = run;
      return '';
    }
    // GitLab's own quote block: three angle brackets before and after.
    if (/^>>>\s*$/.test(line)) {
      quoteBlock = !quoteBlock;
      return '';
    }
    if (quoteBlock || /^(?: {0,3}>| {4}|\t)/.test(line)) return '';
    definitionEnd = index + measureDefinition(lines, index);
    return index < definitionEnd ? '' : blankMarkup(line, index);
  });
}

/** Whether a line below has what ends the markup; each end is looked for once, because the text may be hostile. */
function createEndsBelow(lines: readonly string[]): (end: RegExp, index: number) => boolean {
  const last = new Map<string, number>();
  return (end, index) => {
    const known = last.get(end.source) ?? lines.findLastIndex((line) => end.test(line));
    last.set(end.source, known);
    return known > index;
  };
}
