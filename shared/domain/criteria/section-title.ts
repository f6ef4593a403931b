import { oneLine } from '../../kernel/text/one-line.ts';

/** A line that names what follows it. */
export interface SectionTitle {
  kind: 'heading' | 'bold' | 'colon' | 'plain';
  /** Of a heading, from 1. */
  level: number;
  /** Without markup, numbering and colon. */
  words: string;
  /** The title is that of a list of acceptance criteria. */
  isCriteria: boolean;
  /** Written as `h3.`, where `#` begins an item of a list and no heading. */
  isWiki?: boolean;
  /** What follows the colon on the same line. */
  rest?: string;
}

const MAX_TITLE = 80;
const MAX_HEADING = 500;
const CRITERIA = [
  '(?:(?:user|story|business|functional|technical|feature) )?accept[ae]nce[ -]?crit(?:eri|er)(?:a|on|as|ons)',
  'acceptance (?:tests?|conditions?|requirements?|checklist)',
  'criteria (?:for|of) acceptance',
  'conditions? of (?:satisfaction|acceptance)',
  'success criteri(?:a|on)',
  'definition of done',
  'acs?',
  'a\\.c\\.',
  'dod',
  'aks?',
  '(?:akzeptanz|abnahme|annahme)[ -]?kriteri(?:en|um)',
  "crit[eè]res? d['’]acceptation",
  'criterios de aceptaci[oó]n',
  'crit[eé]rios de (?:aceita[cç][aã]o|aceite)',
  'criteri di accettazione',
  'acceptatiecriteria',
].join('|');
const IS_CRITERIA = new RegExp(`^(?:${CRITERIA})(?: ?(?:[/&+]|and|und) ?(?:${CRITERIA}))*$`, 'iu');
const INLINE = /^(?:\*\*|__|\*)?([^:*]{4,40}?)(?:\*\*|__|\*)?\s*:\s*(?:\*\*|__|\*)?\s*(\S.*)$/u;
const END = [
  '(?:additional |further |other |technical |dev(?:eloper)? |implementation |release )?(?:notes?|remarks?|comments?|information|infos?|details)',
  '(?:out of|not in|in) scope|scope|non-?goals?|not included',
  'technical .*|implementation.*|solution|approach|background|context|motivation|description|summary|goals?|why',
  'hints?|tips?|links?|references?|resources?|attachments?|designs?|mock-?ups?|screenshots?|wireframes?|figma',
  '(?:open )?questions?|assumptions?|dependencies|risks?|blockers?|estimates?|impact',
  '(?:test|qa)(?: (?:cases?|plan|notes|data|steps|instructions))?|how to test|steps to reproduce|testing',
  '(?:sub-?)?tasks?|to-?do|examples?',
  '(?:technische )?(?:hinweise?|notizen|anmerkung(?:en)?|details|umsetzung)|hintergrund|kontext|beschreibung|ziel',
  'nicht (?:im|teil).*|offene (?:fragen|punkte)|testf[aä]lle|anh[aä]nge|abh[aä]ngigkeiten|aufgaben|risiken|annahmen',
].join('|');
const IS_END = new RegExp(`^(?:${END})$`, 'iu');

/** Whether a title inside a section says that something else begins, whatever its markup. */
export function endsCriteria({ words }: SectionTitle): boolean {
  return IS_END.test(words);
}

/** Reads a line as the title of a section; `next` is the line after it, which may underline it. */
export function readTitle(line: string, next = ''): SectionTitle | undefined {
  if (line.length > MAX_HEADING) return readInline(line);
  const atx = /^(#{1,6})\s+(.+?)[\s#]*$/u.exec(line);
  if (atx) return title('heading', atx[2] ?? '', atx[1]?.length);
  const wiki = /^h([1-6])\.\s+(.+)$/u.exec(line);
  if (wiki) return { ...title('heading', wiki[2] ?? '', Number(wiki[1])), isWiki: true };
  const isUnderlined = /^(?:={3,}|-{3,})$/u.test(next) && /^[\p{L}\d]/u.test(line);
  if (isUnderlined && line.length < MAX_TITLE) return title('heading', line, next.startsWith('=') ? 1 : 2);
  const bold = /^(\*{1,3}|_{2,3})([^*_\s](?:[^*]*[^*\s])?)\1\s*:?$/u.exec(line);
  if (bold && line.length < MAX_TITLE) return title('bold', bold[2] ?? '');
  if (line.length < MAX_TITLE && /^[\p{L}\d_].*:$/u.test(line)) return title('colon', line);
  const plain = title('plain', line);
  if (plain.isCriteria && line.length < MAX_TITLE) return plain;
  return readInline(line);
}

function readInline(line: string): SectionTitle | undefined {
  const [, before = '', rest = ''] = INLINE.exec(line) ?? [];
  const inline = title('colon', before);
  // `AC: out of order in room 3` may speak of the air conditioning.
  return rest && inline.isCriteria && inline.words.length > 3 ? { ...inline, rest } : undefined;
}

function title(kind: SectionTitle['kind'], text: string, level = 1): SectionTitle {
  const words = oneLine(text)
    .replace(/[*_]{1,3}|\\(?=\W)/gu, '')
    .replace(/^[^\p{L}\d]+|[^\p{L}\d).]+$/gu, '')
    .replace(/^\d{1,2}(?:\.\d{1,2})*[.)]?\s+/u, '')
    .replace(/\s*[([][^)\]]*[)\]]\s*$/u, '')
    .replace(/[\s:–-]+$/u, '')
    .trim();
  return { kind, level, words, isCriteria: IS_CRITERIA.test(words) };
}
