import { sameName } from '../../kernel/text/same-name.ts';
import type { JiraBinding, Route, RouteCondition } from '../mapping/binding.ts';
import { hasVersion } from '../mapping/version-branch.ts';
import type { DetailOptions, Issue } from '../ports/jira.ts';
import type { RouteProblem, VersionProblem } from '../runs/route-problem.ts';
import { chooseTarget, type TargetChoice } from './choose-target.ts';

/** Where an issue is worked on, or the routes it could be told to fit: all of them, or those it fits. */
export type RouteChoice = ChosenPlace | { problem: RouteProblem; routes: Route[] } | VersionRefusal;

/** `targetBranch` where that of the binding depends on the issue. */
export interface ChosenPlace {
  binding: JiraBinding;
  targetBranch?: string;
}

type VersionRefusal = Extract<TargetChoice, { problem: VersionProblem }>;

/** What decides, all of it as Jira's API shows it: no text of people has a say in where the agent works. */
export type RoutedIssue = Pick<Issue, 'labels' | 'details'>;

/**
 * Finds the one binding of its Jira project that an issue goes by: that of the only route it fits, or the one for
 * issues that fit none. An issue that fits two goes nowhere: the order of the routes does not count, because a team
 * that adds one must not take issues from another without a word.
 */
export function chooseRoute(issue: RoutedIssue, bindings: readonly JiraBinding[]): RouteChoice {
  const fitting = bindings.filter(({ route }) => route !== undefined && fits(issue, route.when));
  if (fitting.length > 1) return { problem: 'several-routes', routes: listRoutes(fitting) };
  const [chosen = bindings.find(({ route }) => route === undefined)] = fitting;
  return chosen ? chooseBranch(issue, chosen) : { problem: 'no-route', routes: listRoutes(bindings) };
}

function chooseBranch({ details }: RoutedIssue, binding: JiraBinding): RouteChoice {
  if (!hasVersion(binding.targetBranch)) return { binding };
  const target = chooseTarget(binding.targetBranch, details?.fixVersions ?? []);
  return 'problem' in target ? target : { binding, ...target };
}

/** Whether anything has to be known of an issue before its repository and its branch are. */
export function isRouted(bindings: readonly JiraBinding[]): boolean {
  return bindings.some(({ route, targetBranch }) => route !== undefined || hasVersion(targetBranch));
}

/** What has to be read of an issue so that `chooseRoute` can decide. */
export function detailsForRoutes(bindings: readonly JiraBinding[]): DetailOptions {
  const fields = listRoutes(bindings).flatMap(({ when }) => when.field?.name ?? []);
  return { fields: [...new Set(fields)] };
}

function listRoutes(bindings: readonly JiraBinding[]): Route[] {
  return bindings.flatMap(({ route }) => route ?? []);
}

/** What could not be read fits nothing. */
function fits({ labels, details }: RoutedIssue, { components, labels: wanted, issueTypes, field }: RouteCondition) {
  const shown = field && details?.fields.find(({ asked }) => sameName(asked, field.name))?.text;
  return (
    isAny(components, details?.components ?? []) &&
    isAny(wanted, labels) &&
    isAny(issueTypes, details?.type === undefined ? [] : [details.type]) &&
    isAny(field?.values, shown === undefined ? [] : [shown, ...shown.split(', ')])
  );
}

/** Nothing wanted is fulfilled by anything. */
function isAny(wanted: readonly string[] | undefined, names: readonly string[]): boolean {
  return wanted === undefined || wanted.some((one) => names.some((name) => sameName(name, one)));
}
