import { oneLine } from '../../kernel/text/one-line.ts';
import { type Criteria, NO_CRITERIA, numberCriteria } from './criterion.ts';
import { addStep, readStep, type Scenario, type StepWord } from './given-when-then.ts';
import { type Line, readItem, readLines, readOwnNumber, readTable } from './section-lines.ts';
import { endsCriteria, readTitle, type SectionTitle } from './section-title.ts';

/**
 * The acceptance criteria in a description: what stands below a heading of that name, in the forms teams write it
 * (list, task list, table, scenarios, paragraphs), else lines numbered `AC1`, else whole scenarios of Given, When and
 * Then. Text that says none of these has no criteria.
 */
export function findCriteria(description: string): Criteria {
  const lines = readLines(description);
  const sections = findSections(lines);
  if (sections.length > 0) return toCriteria(sections.flatMap(readSection));
  const numbered = readNumbered(lines);
  return toCriteria(numbered.length > 0 ? numbered : readScenarios(lines));
}

/** The criteria in a text that holds nothing else, such as a field of its own. */
export function readCriteria(text: string): Criteria {
  const lines = readLines(text).filter((line) => !readTitle(line.text)?.isCriteria || readTitle(line.text)?.rest);
  return toCriteria(readSection({ title: WHOLE_TEXT, lines }));
}

const WHOLE_TEXT: SectionTitle = { kind: 'heading', level: 0, words: '', isCriteria: true };

interface Section {
  title: SectionTitle;
  lines: Line[];
  /** Whether a line of it is an item of a list. */
  hasItem?: boolean;
}

function findSections(lines: readonly Line[]): Section[] {
  const sections: Section[] = [];
  let open: Section | undefined;
  for (const [at, line] of lines.entries()) {
    const title = titleOf(line, lines[at + 1]);
    if (title?.isCriteria) {
      open = { title, lines: title.rest ? [{ ...line, text: title.rest, isBroken: true }] : [] };
      sections.push(open);
    } else if (open && (isRule(line) ? open.lines.some(({ text }) => text !== '') : title && isEnd(title, open))) {
      open = undefined;
    } else if (open) {
      open.lines.push(line);
      open.hasItem ||= readItem(line.text) !== undefined;
    }
  }
  return sections;
}

function titleOf(line: Line, next: Line | undefined): SectionTitle | undefined {
  // What is indented belongs to the item above it.
  return line.isCode || line.indent > 3 ? undefined : readTitle(line.text, next?.text);
}

function isRule({ text, isCode }: Line): boolean {
  return !isCode && /^(?:-{3,}|\*{3,}|_{3,})$/u.test(text);
}

function isEnd(title: SectionTitle, { title: { kind, level, isWiki }, hasItem = false }: Section): boolean {
  if (endsCriteria(title)) return true;
  if (isScenarioTitle(title.words) || readOwnNumber(title.words)) return false;
  switch (title.kind) {
    case 'heading':
      if (isWiki && !title.isWiki) return false;
      return kind !== 'heading' || title.level <= level;
    case 'bold':
      return kind !== 'heading';
    case 'colon':
      return (kind === 'colon' || kind === 'plain') && hasItem;
    case 'plain':
      return false;
  }
}

function isScenarioTitle(words: string): boolean {
  return /^(?:scenario|szenario|use case|rule|story)\b/iu.test(words);
}

/** The items of a section; paragraphs only where it has nothing else. */
function readSection({ title, lines }: Section): string[] {
  const items = readItems(lines, title.isWiki ?? false);
  if (items.length > 0) return items;
  const rows = readTable(lines);
  if (rows.length > 0) return rows;
  return title.kind === 'plain' ? [] : readParagraphs(lines);
}

type Part = { indent: number; texts: string[]; group: string; scenario?: Scenario };

function readItems(lines: readonly Line[], isWiki: boolean): string[] {
  const parts: Part[] = [];
  let group = '';
  let open: Part | undefined;
  let isAfterGap = false;
  for (const [at, { text, indent, isCode }] of lines.entries()) {
    if (text === '') {
      isAfterGap = true;
      continue;
    }
    const item = isCode ? undefined : readItem(text, isWiki);
    const title = isCode || (item && !isWiki) ? undefined : readTitle(text, lines[at + 1]?.text);
    const words = item?.text ?? text;
    const scenarioTitle = readScenarioTitle(title?.words ?? words);
    const column = item ? Math.max(indent, item.depth * 2) : indent;
    const isNested =
      item !== undefined && open !== undefined && open.scenario === undefined && column >= open.indent + 2;
    const word = isNested ? undefined : readStep(words);
    const begun = word ? addStep(open?.scenario, word, words) : undefined;
    if (scenarioTitle !== undefined) {
      group = scenarioTitle;
      open = undefined;
    } else if (begun) {
      if (begun !== open?.scenario) {
        open = { indent: column, texts: [], group, scenario: begun };
        parts.push(open);
      }
    } else if (item && !isNested) {
      open = { indent: column, texts: [item.text], group };
      parts.push(open);
    } else if (item) {
      open?.texts.push(`\n${item.text}`);
    } else if (title && !isWiki) {
      group = readOwnNumber(title.words)?.text ?? shortGroup(title);
      open = undefined;
    } else if (open && !isCode && (!isAfterGap || indent >= open.indent + 2)) {
      if (open.scenario) open.scenario.steps.push(text);
      else open.texts.push(text);
    }
    isAfterGap = false;
  }
  return parts.flatMap(formatPart);
}

function readScenarioTitle(words: string): string | undefined {
  const bare = words.replaceAll(/[*_]{2,3}/gu, '');
  return (
    /^(?:scenario|szenario)(?: outline)?\s*(?:\d+\s*)?(?:[:–-]\s*(.*)|$)/iu.exec(bare)?.slice(1).join('') ?? undefined
  );
}

/** What is longer introduces a list and names no part of it. */
function shortGroup({ words }: SectionTitle): string {
  return words.split(' ').length <= 4 ? words : '';
}

function formatPart({ texts, group, scenario }: Part): string[] {
  const [first = '', ...more] = scenario ? scenario.steps : texts;
  const nested = more.map((text) => text.replace(/^\n/u, '')).filter(isMeant);
  const isList = !scenario && more.some((text) => text.startsWith('\n'));
  const text = [first, ...nested].join(scenario || !isList ? ' ' : '; ').replace(/:; /u, ': ');
  return isMeant(first) || nested.length > 0 ? [group ? `${group}: ${text}` : text] : [];
}

function readParagraphs(lines: readonly Line[]): string[] {
  const paragraphs: string[] = [];
  let isOpen = false;
  for (const { text, isCode, isBroken } of lines) {
    const isProse = text !== '' && !isCode && !text.startsWith('|') && !readItem(text);
    if (isProse) paragraphs.push(isOpen ? `${paragraphs.pop() ?? ''} ${text}` : text);
    isOpen = isProse && !isBroken;
  }
  return paragraphs.filter((text) => !text.endsWith(':'));
}

/** Lines that count themselves, from 1 and without a gap. One alone may be the key of an issue. */
function readNumbered(lines: readonly Line[]): string[] {
  const own = lines.flatMap((line, at) => {
    const title = readTitle(line.text);
    const found = line.isCode ? undefined : readOwnNumber(title?.words ?? stripMarker(line.text));
    return found ? [{ at, isTitle: title !== undefined, ...found }] : [];
  });
  if (own.length < 2 || own.some(({ number }, index) => number !== index + 1)) return [];
  return own.map(({ at, text, isTitle }, index) => {
    const rest = lines.slice(at + 1, own[index + 1]?.at ?? nextTitle(lines, at + 1));
    const below = readItems(rest, false);
    if (below.length === 0) return [text, ...firstParagraph(rest, isTitle)].join(' ');
    return [text, below.join('; ')].filter(Boolean).join(': ');
  });
}

function stripMarker(text: string): string {
  return text.replace(/^(?:[-*+•]|\d+[.)])\s+/u, '');
}

function nextTitle(lines: readonly Line[], from: number): number {
  const next = lines.findIndex((line, at) => at >= from && titleOf(line, lines[at + 1]) !== undefined);
  return next === -1 ? lines.length : next;
}

function firstParagraph(lines: readonly Line[], mayBeginBelow: boolean): string[] {
  const texts = lines.map(({ text }) => text);
  const first = mayBeginBelow && texts[0] === '' ? 1 : 0;
  const gap = texts.indexOf('', first);
  return texts.slice(first, gap === -1 ? undefined : gap);
}

const STEPS: readonly StepWord[] = ['given', 'when', 'then'];

/** Whole scenarios only: a sentence that begins with "When" is none. */
function readScenarios(lines: readonly Line[]): string[] {
  const whole: string[] = [];
  let open: Scenario | undefined;
  const end = () => {
    if (open && STEPS.every((word) => open?.words.has(word))) whole.push(open.steps.join(' '));
    open = undefined;
  };
  for (const { text } of lines) {
    const step = readItem(text)?.text ?? text;
    const word = readStep(step);
    const next = word ? addStep(open, word, step) : undefined;
    if (next !== open && text !== '') end();
    if (next) open = next;
  }
  end();
  return whole;
}

const PLACEHOLDER =
  /^(?:tb[adc]|to ?do|to be .{2,20}|n\/?a|none|nothing|keine|offen|folgt|wip|later|unclear|see .{2,30}|siehe .{2,30}|[.…?\-–_*x]+|<[^>]*>|\[[^\]]*\](?:\([^)]*\))?|\{[^}]*\}|https?:\/\/\S+)[.!]?$/iu;

/** Not empty, not struck out, not the placeholder of a template. */
function isMeant(text: string): boolean {
  const bare = text.replace(/^[*_]{1,3}|[*_]{1,3}$/gu, '').trim();
  return /[\p{L}\d]/u.test(bare) && !PLACEHOLDER.test(bare) && !/^~~.*~~$|^-[^-\s].*[^-\s]-$/u.test(text);
}

function toCriteria(texts: readonly string[]): Criteria {
  const found = texts.map((text) => oneLine(text)).filter(isMeant);
  return found.length > 0 ? numberCriteria(found) : NO_CRITERIA;
}
