import type { IssueFacts } from '../facts/issue.ts';
import type { LinkedChange } from '../links/linked-change.ts';
import type { ReleaseModel } from '../release/release-model.ts';
import type { ReportStory } from '../report/story.ts';

/** An issue of the version and what gives it code. */
export interface StoryCoverage {
  issue: IssueFacts;
  coverage: ReportStory['coverage'];
  coveredBy: string | null;
  /** Changes whose code counts for the issue itself. */
  changes: LinkedChange[];
  /** Changes that name the issue where it counts and were reverted. */
  reverted: LinkedChange[];
  mentions: LinkedChange[];
  /** Why it needs no code; null when it does. */
  noCodeReason: string | null;
}

/** The stories of the audited projects in the version, by key, with what covers each after reverts. */
export function coverStories(model: ReleaseModel): StoryCoverage[] {
  const { projects } = model.facts.request;
  const children = Map.groupBy(
    model.facts.issues.filter((issue) => issue.parent !== null),
    (issue) => issue.parent,
  );
  return model.facts.issues
    .filter((issue) => projects.includes(issue.project) && model.tickets.inVersion(issue))
    .sort((a, b) => compareKeys(a.key, b.key))
    .map((issue) => coverStory(issue, children.get(issue.key) ?? [], model));
}

/** `PROJ-9` before `PROJ-10`. */
export function compareKeys(a: string, b: string): number {
  const [projectA, numberA] = split(a);
  const [projectB, numberB] = split(b);
  return projectA === projectB ? numberA - numberB : projectA < projectB ? -1 : 1;
}

function split(key: string): [string, number] {
  const dash = key.lastIndexOf('-');
  return [key.slice(0, dash), Number(key.slice(dash + 1))];
}

function coverStory(issue: IssueFacts, children: readonly IssueFacts[], model: ReleaseModel): StoryCoverage {
  const links = model.linksTo(issue.key);
  const net = links.filter((link) => link.net);
  const other = net.length > 0 ? undefined : coveredByOther(issue, children, model);
  const noCodeReason = whyNoCode(issue, model);
  return {
    issue,
    coverage: net.length > 0 ? 'code' : (other?.coverage ?? (noCodeReason === null ? 'none' : 'no-code-needed')),
    coveredBy: other?.key ?? null,
    changes: net.map((link) => link.change),
    reverted: links.filter((link) => link.reverted && link.change.inScope).map((link) => link.change),
    mentions: links.filter((link) => !link.net).map((link) => link.change),
    noCodeReason,
  };
}

function coveredByOther(
  issue: IssueFacts,
  children: readonly IssueFacts[],
  model: ReleaseModel,
): { coverage: 'subtask' | 'incorporated'; key: string } | undefined {
  const hasCode = (key: string) => model.linksTo(key).some((link) => link.net);
  const subtasks = [...new Set([...issue.subtasks, ...children.filter((one) => one.subtask).map((one) => one.key)])];
  const subtask = subtasks.sort(compareKeys).find(hasCode);
  if (subtask !== undefined) return { coverage: 'subtask', key: subtask };
  const relations = new Set(model.policyOf(issue.project).incorporated_by.map((relation) => relation.toLowerCase()));
  const other = issue.links
    .filter((link) => relations.has(link.relation.toLowerCase()))
    .map((link) => link.key)
    .sort(compareKeys)
    .find(hasCode);
  return other === undefined ? undefined : { coverage: 'incorporated', key: other };
}

function whyNoCode(issue: IssueFacts, { policyOf, tickets }: ReleaseModel): string | null {
  const policy = policyOf(issue.project);
  const parent = issue.subtask && issue.parent !== null ? tickets.issue(issue.parent) : undefined;
  if (parent && tickets.inVersion(parent)) return `It counts with ${parent.key}.`;
  const has = (list: readonly string[], value: string) => list.some((one) => one.toLowerCase() === value.toLowerCase());
  if (has(policy.no_code.types, issue.type)) return `The policy says that the type ${issue.type} needs no code.`;
  const label = issue.labels.find((one) => has(policy.no_code.labels, one));
  if (label !== undefined) return `The policy says that the label ${label} needs no code.`;
  if (issue.resolution !== null && has(policy.resolved_without_change, issue.resolution))
    return `It was resolved as ${issue.resolution}.`;
  return null;
}
