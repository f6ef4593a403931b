import { proseLines } from '../../kernel/text/prose-lines.ts';
import { type Addressee, withoutAddress } from './addresses.ts';

/**
 * The paths that a comment lets pass: `/copilot allow PATH [PATH...]` in one line, and nothing beside it. `undefined`
 * for every other text, also where such a line is quoted, in code as a whole, formatted or a part of more. A path may
 * stand in double quotes or in code; one that an editor has made a link is what the link shows where both are the same.
 */
export function readAllow(body: string, addressee: Addressee): string[] | undefined {
  // Not the spaces before it, which make code of it.
  const line = body.replace(/^\n+|\s+$/g, '');
  if (line.includes('\n') || !isProseFirst(line)) return undefined;
  const said = withoutAddress(line, addressee);
  const [, rest] = said === line ? [] : (/^allow\s+(\S.*)$/i.exec(said) ?? []);
  return rest === undefined ? undefined : readPaths(rest);
}

/** Whether a line begins as prose: a comment or a quote in front of it would hide what it says. */
function isProseFirst(line: string): boolean {
  const [prose = ''] = proseLines(line);
  return prose.startsWith('/') || prose.startsWith('@') || prose.startsWith('\\');
}

const TOKEN = /^(?:"([^"`]+)"|`([^`]+)`|<([^<>\s]+)>|\[([^\]\s]+)\]\(([^()\s]+)\)|([^\s,"`]+))(?:[\s,]+|$)/;

function readPaths(text: string): string[] | undefined {
  const paths: string[] = [];
  for (let rest = text; rest !== ''; ) {
    const found = TOKEN.exec(rest);
    if (!found) return undefined;
    const [whole, quoted, code, link, shown, target, bare] = found;
    const path =
      code ?? withoutEscapes(quoted ?? (link === undefined ? undefined : withoutScheme(link)) ?? bare ?? shown ?? '');
    // What a link shows and where it leads are two things, and a person sees only one.
    if (shown !== undefined && withoutScheme(target ?? '') !== path) return undefined;
    paths.push(path);
    rest = rest.slice(whole.length);
  }
  return [...new Set(paths)];
}

/** Jira's text comes as Markdown, in which a name may carry backslashes. */
function withoutEscapes(text: string): string {
  return text.replace(/\\([!-/:-@[-`{-~])/g, '$1');
}

/** An editor takes `README.md` for an address in Moldova. */
function withoutScheme(address: string): string {
  return address.replace(/^https?:\/\//i, '').replace(/\/$/, '');
}

/** Whether a path can be named in such a line, and is taken there for no other one. */
export function canBeNamed(path: string): boolean {
  return !/["`\\<>\p{Cc}]|^\[.*\]\(.*\)$/u.test(path) && path.trim() === path;
}
