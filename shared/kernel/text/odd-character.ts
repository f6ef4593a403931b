/** A character that is not what it looks like. */
export interface OddCharacter {
  /** In UTF-16 units from the start of the text. */
  index: number;
  /** `U+200B (zero width space), which cannot be seen`: a part of a sentence. */
  description: string;
}

/**
 * The first character of a text that cannot be seen, turns the direction of writing, or controls a terminal; line ends
 * and tabs pass.
 */
export function findInvisible(text: string): OddCharacter | undefined {
  for (const match of text.matchAll(INVISIBLE)) {
    const [character] = match;
    // Joiners and variation selectors belong to emoji and to scripts beyond Latin.
    if (JOINING.has(character) && /[^\p{ASCII}]$/u.test(text.slice(0, match.index))) continue;
    return { index: match.index, description: `${codePoint(character)}${nameOf(character)}, ${whatItIs(character)}` };
  }
  return undefined;
}

/** The first character outside ASCII, and the ASCII character it may be taken for. For texts that can only be ASCII. */
export function findLookAlike(text: string): OddCharacter | undefined {
  const match = /[^\p{ASCII}]/u.exec(text);
  if (!match) return undefined;
  const [character] = match;
  const plain = toLookAlike(character);
  const like = plain === undefined ? 'which cannot stand here' : `which only looks like ${plain}`;
  return { index: match.index, description: `${codePoint(character)} (${character}), ${like}` };
}

const JOINING: ReadonlySet<string> = new Set(['\u200c', '\u200d', '\ufe0e', '\ufe0f']);

/**
 * Controls but tab and line ends, spaces but the ordinary one, format characters, joiners, selectors, tags, fillers.
 */
const INVISIBLE = /(?![\t\n\r ])[\ufffd\p{Cc}\p{Cf}\p{Z}\p{Default_Ignorable_Code_Point}]/gu;

const NAMES: Readonly<Record<string, string>> = {
  '\u00a0': 'no-break space',
  '\u00ad': 'soft hyphen',
  '\u200b': 'zero width space',
  '\u200c': 'zero width non-joiner',
  '\u200d': 'zero width joiner',
  '\u200e': 'left-to-right mark',
  '\u200f': 'right-to-left mark',
  '\u2028': 'line separator',
  '\u202e': 'right-to-left override',
  '\u202f': 'narrow no-break space',
  '\u2060': 'word joiner',
  '\u3000': 'ideographic space',
  '\ufeff': 'byte order mark',
  '\ufffd': 'replacement character',
};

/** Decoders put U+FFFD where a text was saved in another encoding. */
function whatItIs(character: string): string {
  return character === '\ufffd' ? 'which stands for what could not be read' : 'which cannot be seen';
}

function nameOf(character: string): string {
  const name = NAMES[character] ?? (/\p{Cc}/u.test(character) ? 'control character' : undefined);
  return name === undefined ? '' : ` (${name})`;
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/**
 * Unicode's confusables (UTS 39), as far as keyboards and word processors produce them; full-width forms by their own
 * decomposition.
 */
const LOOK_ALIKES: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ['ABCEHIJKMOPSTXYacehijopqsvxy', 'АВСЕНІЈКМОРЅТХУасеһіјорԛѕѵху'],
    ['ABEZHIKMNOPTYXov', 'ΑΒΕΖΗΙΚΜΝΟΡΤΥΧον'],
    ['------', '\u2010\u2011\u2012\u2013\u2014\u2212'],
    ['///', '\u2044\u2215\u29f8'],
    ['""\'\'', '\u201c\u201d\u2018\u2019'],
    ['__', '\u203f\u2017'],
  ].flatMap(([plain = '', odd = '']) => [...odd].map((character, index) => [character, plain[index] ?? ''])),
);

function toLookAlike(character: string): string | undefined {
  const folded = character.normalize('NFKC');
  return LOOK_ALIKES[character] ?? (/^[\x21-\x7e]$/.test(folded) ? folded : undefined);
}
