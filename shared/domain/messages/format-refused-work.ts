import { codeSpan } from '../../kernel/text/code-span.ts';
import { fitText } from '../../kernel/text/fit-text.ts';
import { nameSome } from '../../kernel/text/list-some.ts';
import type { AllowedFile, KeptPlace, RefusedFile } from '../runs/refused-work.ts';

export interface KeptWork {
  place: KeptPlace;
  /** The branch it would have been pushed to; absent where the binding wants none. */
  branch?: string;
  /** Why it is not there, as the end of a sentence. */
  whyNoBranch?: string;
  /** Why it is kept nowhere, as the end of a sentence. */
  whyNowhere?: string;
  /** The ticket that has the patch, where people read of it elsewhere. */
  ticket?: string;
  /** Jira did not take the patch as a file: it stands in a comment of its own. */
  isInComment?: boolean;
  /** What is to be known of it. */
  remarks: readonly string[];
}

/** Where refused work is kept, for the person who reads of it: lines of Markdown. */
export function formatKept({ place, branch, whyNoBranch, remarks, ...where }: KeptWork): string[] {
  const why =
    branch === undefined || whyNoBranch === undefined ? [] : [`It is not on ${codeSpan(branch)}: ${whyNoBranch}.`];
  return [
    formatPlace(place, where),
    ...why,
    ...remarks.map((remark) => (/[.!]$/.test(remark) ? remark : `${remark}.`)),
  ];
}

function formatPlace(
  place: KeptPlace,
  { ticket, isInComment, whyNowhere }: Pick<KeptWork, 'ticket' | 'isInComment' | 'whyNowhere'>,
): string {
  switch (place.kind) {
    case 'branch':
      return `Kept on ${codeSpan(place.branch)} (commit ${codeSpan(place.sha.slice(0, 8))}), a branch that only keeps it: it has no merge request, and goes when the ticket is delivered or ends.`;
    case 'patch':
      return isInComment
        ? `Kept as a patch: in a comment of its own ${ticket === undefined ? 'below' : `on ${ticket}`}, because Jira did not take it as an attachment.`
        : `Kept as a patch: attached to ${ticket ?? 'this ticket'} as ${codeSpan(place.name)}.`;
    case 'nowhere':
      return `It is kept nowhere${whyNowhere === undefined ? '' : `, because ${whyNowhere}`}.`;
  }
}

/** More would be no line that a person writes. */
const MAX_NAMED = 20;
const MAX_LINE = 1500;

/**
 * How a maintainer lets refused files pass once: the line to write. `undefined` where there is none that may, or too
 * many to name.
 */
export function formatAllow(files: readonly RefusedFile[]): string | undefined {
  // A file that several rules refuse passes all of them or none.
  const never = new Set(files.filter((file) => file.never).map(({ path }) => path));
  const paths = [...new Set(files.map(({ path }) => path).filter((path) => !never.has(path)))];
  const line = `/copilot allow ${paths.map(quotePath).join(' ')}`;
  if (paths.length === 0) return undefined;
  if (paths.length > MAX_NAMED || line.length > MAX_LINE)
    return 'More files are refused than can be named in one line: adjust the rules of the binding, or ask for less.';
  const rest = never.size > 0 ? ' What else is refused stays refused, so ask for the change without it first.' : '';
  return `To let ${paths.length === 1 ? 'this file' : 'these files'} pass once, read the work first. Then a person with at least the role Maintainer in the GitLab project writes this line, as a comment of its own on this ticket or as a note on its merge request: ${codeSpan(line)}.${rest}`;
}

/**
 * What a maintainer has to know to let refused files pass: which ones are not what they have read, where an earlier run
 * let them pass, and the line to write. No lines where the work is kept nowhere, because it cannot be read.
 */
export function formatAllowSteps(
  files: readonly RefusedFile[],
  { place, allowed = [] }: { place: KeptPlace; allowed?: readonly AllowedFile[] | undefined },
): string[] {
  if (place.kind === 'nowhere') return [];
  const changed = files.filter((file) => {
    const read = allowed.find(({ path, rule }) => path === file.path && rule === file.rule);
    return read !== undefined && file.content !== undefined && read.content !== file.content;
  });
  const allow = formatAllow(files);
  return [
    ...(changed.length === 0 ? [] : [formatNotAsRead(changed.map(({ path }) => codeSpan(fitText(path, 200))))]),
    ...(allow === undefined ? [] : [allow]),
  ];
}

function formatNotAsRead(names: readonly string[]): string {
  const differ = names.length === 1 ? 'differs' : 'differ';
  return `${nameSome(names, MAX_NAMED)} ${differ} from what a maintainer let pass, so it is refused once more: it could run as soon as it is pushed.`;
}

/** As `readAllow` reads it. */
function quotePath(path: string): string {
  return /[\s,"]/.test(path) ? `"${path}"` : path;
}

/** The lines of a report about what a maintainer has let pass. */
export function formatAllowed({ files, maintainer }: { files: readonly AllowedFile[]; maintainer: string }): string[] {
  // As code, so that GitLab notifies no user of a mention.
  const by = codeSpan(maintainer);
  return files.map(({ path, rule }) => `${codeSpan(fitText(path, 200))} was let pass once by ${by} (${rule})`);
}
