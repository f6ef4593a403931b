import { isObject } from '../../../kernel/is-object.ts';
import type { Binding } from '../binding.ts';
import { parseAlias, toEnvironmentName, toKeyVaultName } from '../credential-names.ts';
import type { MappingPath, SourceProblem } from '../problem.ts';
import { describeIssue } from './describe-issue.ts';
import { describeOldForm, isOldForm } from './describe-old-form.ts';
import { findFieldsOfJira, findIdleBindings } from './fields-without-jira.ts';
import { findBackPortProblems } from './find-back-port-problems.ts';
import { findDoubledRepositories } from './find-doubled-repositories.ts';
import { findOddCharacters } from './find-odd-characters.ts';
import { findOwnTriggers } from './find-own-triggers.ts';
import { findRouteProblems } from './find-route-problems.ts';
import { findTokens } from './find-tokens.ts';
import { findTypeProblems } from './find-type-problems.ts';
import {
  type FileContents,
  findUnreadFiles,
  type InlinedSource,
  inlineInstructions,
  listInstructionFiles,
} from './inline-instructions.ts';
import { isTooDeep, listTexts, TOO_DEEP } from './list-texts.ts';
import { MappingSource } from './mapping-source.ts';
import { resolveBindings } from './resolve-binding.ts';
import { showValue } from './show-value.ts';

export type CheckedSource = { bindings: Binding[] } | { problems: SourceProblem[] };

/**
 * The one check every mapping passes, wherever it comes from: all problems, or all bindings with every field resolved.
 * A value that looks like a secret is reported once and hides everything else that is wrong with it. With `contents`
 * the map is one that people write, and may name files.
 */
export function checkSource(given: unknown, contents?: FileContents): CheckedSource {
  if (isTooDeep(given)) return { problems: [{ path: [], isAboutKey: false, message: TOO_DEEP }] };
  const inlined = contents ? inlineInstructions(given, contents) : { source: given, problems: findUnreadFiles(given) };
  const checked = checkInlined(inlined);
  if (!contents || 'bindings' in checked) return checked;
  const files = new Map(listInstructionFiles(given).map(({ path, file }) => [JSON.stringify(path), file]));
  const problems = checked.problems.map((problem) => {
    const file = files.get(JSON.stringify(problem.path));
    const isAboutText = file !== undefined && !inlined.problems.includes(problem);
    return isAboutText ? { ...problem, message: `${problem.message}; it stands in ${showValue(file)}` } : problem;
  });
  return { problems };
}

function checkInlined({ source, problems: unread }: InlinedSource): CheckedSource {
  const texts = listTexts(source);
  const tokens = findTokens(texts);
  const settled = [...unread, ...tokens, ...findOldForms(source), ...findOddCharacters(texts).filter(isNoToken)];
  const parsed = MappingSource.safeParse(source);
  const issues = parsed.success ? [] : parsed.error.issues.flatMap((issue) => describeIssue(issue, source));
  const problems = [
    ...settled,
    ...issues.filter((problem) => !settled.some(({ path }) => startsWith(problem.path, path))),
    ...findMissingRepositories(source),
    ...findFieldsOfJira(listBindings(source)),
    ...findDoubledRepositories(listBindings(source)),
    ...findDuplicates(source),
    ...findCollidingCredentials(source),
  ].filter(isFirst());

  if (problems.length > 0 || !parsed.success) return { problems };
  const { defaults } = parsed.data;
  const groups = parsed.data.bindings.map((binding) => resolveBindings(binding, defaults ?? {}));
  const conflicts = [
    ...findOwnTriggers(groups, source),
    ...groups.flatMap(findRouteProblems),
    ...groups.flatMap(findIdleBindings),
    ...groups.flatMap(findBackPortProblems),
    ...findTypeProblems(groups, source),
  ];
  return conflicts.length > 0 ? { problems: conflicts } : { bindings: groups.flat() };

  function isNoToken({ path }: SourceProblem): boolean {
    return !tokens.some((token) => startsWith(path, token.path));
  }
}

/** A value that breaks two bounds of one rule is reported once. */
function isFirst(): (problem: SourceProblem) => boolean {
  const seen = new Set<string>();
  return ({ path, message }) => {
    const key = JSON.stringify([path, message]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  };
}

function findOldForms(source: unknown): SourceProblem[] {
  return listBindings(source).flatMap((binding, index) =>
    isOldForm(binding)
      ? [{ path: ['bindings', index], isAboutKey: false, message: describeOldForm(binding, binding['jira_project']) }]
      : [],
  );
}

/** Only routes make up for a repository. */
function findMissingRepositories(source: unknown): SourceProblem[] {
  return listBindings(source).flatMap((binding, index): SourceProblem[] => {
    if (!isObject(binding) || isOldForm(binding) || binding['repo'] != null || hasRoutes(binding)) return [];
    const state = Object.hasOwn(binding, 'repo') ? 'empty' : 'missing';
    const message = `repo is ${state}; write for example repo: group/service-a`;
    return [{ path: ['bindings', index, 'repo'], isAboutKey: false, message }];
  });
}

function hasRoutes({ routes }: Record<string, unknown>): boolean {
  return routes !== undefined && routes !== null && !(Array.isArray(routes) && routes.length === 0);
}

function findDuplicates(source: unknown): SourceProblem[] {
  const firstIndex = new Map<string, number>();
  const problems: SourceProblem[] = [];
  for (const [index, binding] of listBindings(source).entries()) {
    const key = isObject(binding) ? binding['jira_project'] : undefined;
    if (typeof key !== 'string') continue;
    const first = firstIndex.get(key.toUpperCase());
    if (first === undefined) {
      firstIndex.set(key.toUpperCase(), index);
      continue;
    }
    problems.push({
      path: ['bindings', index, 'jira_project'],
      isAboutKey: false,
      message: `${showValue(key)} is bound twice; a Jira project has one repository. It is bound first by`,
      relatedPath: ['bindings', first, 'jira_project'],
    });
  }
  return problems;
}

interface CredentialUse {
  alias: string;
  /** As it was written, but for case. */
  credentialRef: string;
  path: MappingPath;
}

function findCollidingCredentials(source: unknown): SourceProblem[] {
  const firstByAlias = new Map<string, CredentialUse>();
  const problems: SourceProblem[] = [];
  for (const use of listCredentialUses(source)) {
    const first = firstByAlias.get(use.alias) ?? use;
    firstByAlias.set(use.alias, first);
    if (first.credentialRef === use.credentialRef) continue;
    const names = [toEnvironmentName(use.alias), toKeyVaultName(use.alias)];
    problems.push({
      path: use.path,
      isAboutKey: false,
      message: `credential_ref ${showValue(use.credentialRef)} and ${showValue(first.credentialRef)} are the same credential (${names.join(', ')}); use one spelling. The other is used by`,
      relatedPath: first.path,
    });
  }
  return problems;
}

function listCredentialUses(source: unknown): CredentialUse[] {
  const blocks: [MappingPath, unknown][] = [
    [['defaults'], isObject(source) ? source['defaults'] : undefined],
    ...listBindings(source).flatMap((binding, index): [MappingPath, unknown][] => [
      [['bindings', index], binding],
      ...listRoutes(binding).map((route, at): [MappingPath, unknown] => [['bindings', index, 'routes', at], route]),
    ]),
  ];
  return blocks.flatMap(([path, block]) => {
    const credentialRef = isObject(block) ? block['credential_ref'] : undefined;
    if (typeof credentialRef !== 'string') return [];
    const alias = parseAlias(credentialRef);
    if (alias === undefined) return [];
    return [{ alias, credentialRef: credentialRef.toLowerCase(), path: [...path, 'credential_ref'] }];
  });
}

function listBindings(source: unknown): unknown[] {
  const bindings = isObject(source) ? source['bindings'] : undefined;
  return Array.isArray(bindings) ? bindings : [];
}

function listRoutes(binding: unknown): unknown[] {
  const routes = isObject(binding) ? binding['routes'] : undefined;
  return Array.isArray(routes) ? routes : [];
}

function startsWith(path: MappingPath, start: MappingPath): boolean {
  return start.every((step, index) => path[index] === step);
}
