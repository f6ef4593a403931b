import type * as z from 'zod';
import { isObject } from '../../../kernel/is-object.ts';
import type { MappingPath, SourceProblem } from '../problem.ts';
import { valueAt } from '../value-at.ts';
import { hideTokens } from './looks-like-token.ts';
import { nameField } from './name-field.ts';
import { repoFromUrl } from './repo-from-url.ts';
import { showKind, showValue } from './show-value.ts';
import { suggestField } from './suggest-field.ts';

type Issue = z.core.$ZodIssue;

/** Turns one complaint of the schema into sentences that name the field, what is wrong and what to write. */
export function describeIssue(issue: Issue, source: unknown): SourceProblem[] {
  const path = issue.path.filter((step) => typeof step !== 'symbol');
  const field = nameField(path);
  const value = valueAt(source, path);
  const about = (message: string): SourceProblem[] => [{ path, isAboutKey: false, message }];

  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: [...path, key],
        isAboutKey: true,
        message: `${showKey(key)} is not a known field; ${isRuntimeForm(path, key) ? RENDERED : suggestField(key, blockOf(path))}`,
      }));
    case 'invalid_type':
      if (value === undefined) return about(`${field} is missing${exampleOf(field)}`);
      if (value === null) return about(`${field} is empty${exampleOf(field)}`);
      // The schema's own sentence says which numbers fit.
      if (typeof value === 'number' && (issue.expected === 'int' || issue.expected === 'number'))
        return about(`${field} ${issue.message}, not ${value}`);
      return about(
        `${field} must be ${EXPECTED[issue.expected] ?? issue.expected}, not ${showKind(value)}${hintOf(field, issue.expected, value)}`,
      );
    case 'invalid_key':
      return [{ path, isAboutKey: true, message: `${field} ${issue.issues[0]?.message}` }];
    case 'invalid_union':
      return describeUnion(issue, path, source);
    case 'invalid_value':
      return about(`${field} must be one of ${issue.values.join(', ')}, not ${showValue(value)}`);
    default:
      // What stands there may be the URL itself, which is a secret that looks like none.
      if (field === 'events.url_ref') return about(`${field} ${issue.message}`);
      return about(`${field} ${issue.message}${showWrong(value)}${repoHint(field, value)}`);
  }
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a block',
  record: 'a block',
};

/** The branch that accepts this kind of value has the useful complaints; when none does, the choice itself is named. */
function describeUnion(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  path: MappingPath,
  source: unknown,
): SourceProblem[] {
  const kind = valueAt(source, path);
  const branch = issue.errors.find((issues) => !issues.some((inner) => isOtherKind(inner, kind)));
  if (branch) return branch.flatMap((inner) => describeIssue({ ...inner, path: [...path, ...inner.path] }, source));

  const field = nameField(path);
  const kinds = issue.errors.flatMap((issues) =>
    issues.map((inner) => (inner.code === 'invalid_type' ? (EXPECTED[inner.expected] ?? inner.expected) : '')),
  );
  return [
    {
      path,
      isAboutKey: false,
      message: `${field} must be ${kinds.filter((kind) => kind !== '' && kind !== 'null').join(' or ')}, not ${showKind(kind)}`,
    },
  ];
}

/** A word outside a choice of words is of the right kind. */
function isOtherKind({ code, path }: Issue, value: unknown): boolean {
  return path.length === 0 && (code === 'invalid_type' || (code === 'invalid_value' && typeof value !== 'string'));
}

/** Keys are shown bare; odd ones are quoted, so that nothing in them reaches the terminal as it is. */
function showKey(key: string): string {
  return /^[\w.-]{1,60}$/.test(key) ? hideTokens(key) : showValue(key);
}

function blockOf(path: MappingPath): string {
  return path.findLast((step) => typeof step === 'string') ?? '';
}

/** By the name of the field without positions. */
const EXAMPLES: Readonly<Record<string, string>> = {
  'the mapping': '; start with a line bindings: and one entry below it',
  bindings: '; write a list of jira_project and repo pairs under it',
  jira_project: '; write for example jira_project: PROJ',
  repo: '; write for example repo: group/service-a',
  'audit.waivers.until': '; write the last day on which it counts, as in until: 2026-12-31',
};

function exampleOf(field: string): string {
  return EXAMPLES[field.replaceAll(/\[\d+\]/g, '')] ?? '';
}

/** What was probably meant by a value of another kind. */
function hintOf(field: string, expected: string, value: unknown): string {
  if (field === 'statuses.done' && value === false) return '; write done: off';
  if (field === 'bindings' && isObject(value)) return '; begin each binding with a dash, as in - jira_project: PROJ';
  if (expected === 'string' && (typeof value === 'number' || typeof value === 'boolean'))
    return '; put quotes around it';
  if (expected === 'number' && typeof value === 'string' && /^[\d\s._,']+$/.test(value))
    return '; write digits only, without quotes';
  return '';
}

/** A wrong value may be shown where it is short. */
function showWrong(value: unknown): string {
  if (typeof value === 'number') return `, not ${value}`;
  return typeof value === 'string' && value !== '' ? `, not ${showValue(value)}` : '';
}

const RENDERED = 'this looks like what `cmap render-json` prints; give the YAML it was made from';

function isRuntimeForm(path: MappingPath, key: string): boolean {
  return path.length === 0 && key === 'mappings';
}

function repoHint(field: string, value: unknown): string {
  const repo = field === 'repo' ? repoFromUrl(String(value)) : undefined;
  return repo ? `; write repo: ${hideTokens(repo)}` : '';
}
