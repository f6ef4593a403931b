import { cleanText } from '../../kernel/text/clean-text.ts';
import { proseLines } from '../../kernel/text/prose-lines.ts';
import { GUARD } from '../guard/guard-words.ts';

/** What a description says, each part harmless by itself. */
export interface DescriptionParts {
  /** Which ticket it is for; stands first where the template does not name it. */
  ticket: string;
  /** What may stand in a line of the template, by its name in braces. */
  inline: Readonly<Record<string, string>>;
  /** What stands on lines of its own; `text` is empty where there is nothing to say. */
  sections: readonly { name: string; heading?: string; text: string }[];
}

const NOTHING = 'None.';

/**
 * A template with the parts of a description in their places; what it has no place for stands before it. The template
 * is the team's own text. What comes from tickets and models gets into none of its code, comments and quick actions,
 * where it could end what it stands in; and of its quick actions those stay that say who or what a merge request is
 * for: the account of the agent merges, approves and closes nothing because of a template.
 */
export function fillDescription(template: string, { ticket, inline, sections }: DescriptionParts): string {
  const text = cleanText(template).replace(/<!--(?=\s*cmap)/gi, `<${GUARD}!--`);
  const prose = proseLines(text);
  const placed = new Set<string>();
  const lines = text.split('\n').map((line, index) => {
    const shown = prose[index] ?? '';
    const section = findSection(shown.trim() === line.trim() ? line : '', sections);
    if (!section) return fillLine(line, shown, inline, placed);
    placed.add(section.name);
    return section.text || NOTHING;
  });
  const before = sections.filter(({ name, text: said }) => !placed.has(name) && said !== '');
  const said = before.map(({ heading, text: own }) => (heading === undefined ? own : `### ${heading}\n\n${own}`));
  const all = [...(placed.has('key') ? [] : [ticket]), ...said, lines.join('\n').trim()];
  return all.filter((part) => part !== '').join('\n\n');
}

/** A text without the lines GitLab takes for quick actions: it has carried them out once and keeps them nowhere. */
export function withoutQuickActions(text: string): string {
  const prose = proseLines(text);
  return text
    .split('\n')
    .filter((line, index) => !(QUICK_ACTION.test(line) && (prose[index] ?? '').trim() === line.trim()))
    .join('\n');
}

function findSection(line: string, sections: DescriptionParts['sections']) {
  const name = /^\{([a-z]+)\}\s*$/.exec(line)?.[1];
  return sections.find((section) => section.name === name);
}

function fillLine(line: string, shown: string, inline: DescriptionParts['inline'], placed: Set<string>): string {
  if (QUICK_ACTION.test(line)) return KEPT.test(line) ? line : line.replace(/^(\s*)/, `$1${GUARD}`);
  return line.replaceAll(PLACE, (place, name: string) => {
    const value = inline[name];
    // One of them in code, and it is not told which.
    if (value === undefined || count(shown, place) !== count(line, place)) return place;
    placed.add(name);
    return value;
  });
}

const PLACE = /\{([a-z]+)\}/g;
const QUICK_ACTION = /^\s*\/[a-z_]+(?:\s|$)/i;
/** `me` would be the agent. */
const KEPT = /^\/(?:labels?|milestone|reviewer|assign_reviewer|request_review)[ \t]+(?!.*\bme\b)\S/i;

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}
