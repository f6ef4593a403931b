import { findInvisible, findLookAlike } from '../../../kernel/text/odd-character.ts';
import type { SourceProblem } from '../problem.ts';
import type { MappingText } from './list-texts.ts';
import { nameField } from './name-field.ts';

/**
 * Fields of a binding that can only hold ASCII; so can every key. Names of statuses, labels, branches and files are
 * anything.
 */
const ASCII_FIELDS: ReadonlySet<string> = new Set([
  'jira_project',
  'repo',
  'credential_ref',
  'reviewer',
  'model',
  'merge_request.assignee',
  'trigger.assignee',
]);

/** Nearly every text of a mapping; which field it stands in need not be found out. */
const PLAIN = /^[\t\n\r\x20-\x7e]*$/;

/**
 * Finds characters that cannot be seen or only look like the right ones, in keys and values, and names each by its code
 * point.
 */
export function findOddCharacters(texts: readonly MappingText[]): SourceProblem[] {
  return texts.flatMap(({ path, isKey, text }) => {
    if (PLAIN.test(text)) return [];
    const field = nameField(path);
    const mustBeAscii = isKey || ASCII_FIELDS.has(field) || field.startsWith('merge_request.reviewers');
    const odd = findInvisible(text) ?? (mustBeAscii ? findLookAlike(text) : undefined);
    if (!odd) return [];
    const subject = isKey ? 'a key here' : field;
    const message = `${subject} has ${odd.description}, as character ${odd.index + 1}; type it again`;
    return [{ path, isAboutKey: isKey, message }];
  });
}
