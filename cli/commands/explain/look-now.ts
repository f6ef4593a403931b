import type { Binding, JiraBinding } from '../../../shared/domain/mapping/binding.ts';
import { createBindings } from '../../../shared/domain/mapping/bindings.ts';
import type { Issue } from '../../../shared/domain/ports/jira.ts';
import { describeUnservedImage, isServed } from '../../../shared/domain/runs/runner-image.ts';
import { chooseRoute, detailsForRoutes, isRouted } from '../../../shared/domain/tasks/choose-route.ts';
import { planCoding } from '../../../shared/domain/tasks/plan-coding.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { nameSome } from '../../../shared/kernel/text/list-some.ts';
import type { Subject } from '../../arguments/subject.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import type { FoundMap } from '../../clients/find-map.ts';
import type { Tools } from '../../clients/tools.ts';
import { describeFailure } from '../../output/describe-error.ts';
import { formatRouteCondition } from '../map/format-route-condition.ts';
import type { Facts } from './plain-answer.ts';

export interface Look {
  present?: NonNullable<Facts['present']>;
  /** Jira does not show the issue. */
  isHidden?: true;
  /** Why the present could not be looked at. */
  notes: string[];
}

/**
 * Asks the map and Jira what would happen now, and says where no runner could do it. Jira is not asked about a project
 * the map does not have.
 */
export async function lookNow(
  subject: Subject,
  { bindings, withheld }: FoundMap,
  tools: Pick<Tools, 'jira' | 'runnerImages'>,
): Promise<Look> {
  if (!bindings) return { notes: [] };
  const { byJira, ofJira, byRepo } = createBindings(bindings);
  // The trigger of a withheld binding is not to be believed; the notes say what is wrong with it.
  const isWithheld = createBindings(withheld.map(({ binding }) => binding)).byJira;
  switch (subject.kind) {
    case 'issue': {
      if (isWithheld(subject.jiraProject)) return { notes: [] };
      const binding = byJira(subject.jiraProject);
      if (!binding) return unbound(subject.jiraProject, bindings);
      const { notes, ...look } = await lookAtIssue(
        subject.issueKey,
        { binding, routed: ofJira(subject.jiraProject) },
        tools,
      );
      return {
        ...look,
        notes: [...(isRouted(ofJira(subject.jiraProject)) ? [] : describeImage(binding, tools)), ...notes],
      };
    }
    case 'merge-request': {
      const { project } = subject;
      if (typeof project !== 'string' || !project.includes('/')) return { notes: [] };
      const binding = byRepo(project);
      return binding ? { notes: describeImage(binding, tools) } : unbound(project, bindings);
    }
    default:
      return { notes: [] };
  }
}

function describeImage({ image }: Binding, tools: Pick<Tools, 'runnerImages'>): string[] {
  if (image === undefined) return [];
  const images = tools.runnerImages();
  return isServed(image, images) ? [] : [describeUnservedImage(image, images)];
}

interface LookedAt {
  binding: JiraBinding;
  /** All of the project. */
  routed: readonly JiraBinding[];
}

async function lookAtIssue(
  key: string,
  { binding, routed }: LookedAt,
  tools: Pick<Tools, 'jira' | 'runnerImages'>,
): Promise<Look> {
  try {
    const jira = await tools.jira();
    const issue = await jira.findIssue(key, undefined, isRouted(routed) ? detailsForRoutes(routed) : undefined);
    if (!issue) return { isHidden: true, notes: [] };
    const plan = planCoding(issue, binding);
    if (plan.action === 'enqueue') return lookAtRoute(issue, routed, tools);
    const detail = plan.reason === 'not-triggered' ? describeTrigger(issue, binding) : plan.waitsFor?.join(', ');
    return { present: { ...plan, ...(detail ? { detail } : {}) }, notes: [] };
  } catch (error) {
    if (error instanceof TaskError)
      return { notes: [`The present state was not looked at: ${describeFailure(error)}`] };
    if (error instanceof UsageError) return { notes: [`The present state was not looked at: ${error.message}`] };
    throw error;
  }
}

/** What the next poll would start, or why the issue has no repository. */
function lookAtRoute(issue: Issue, routed: readonly JiraBinding[], tools: Pick<Tools, 'runnerImages'>): Look {
  if (!isRouted(routed)) return { present: { action: 'enqueue' }, notes: [] };
  const choice = chooseRoute(issue, routed);
  if ('problem' in choice) {
    const detail =
      'routes' in choice
        ? choice.routes.map(({ name, when }) => `${name}: ${formatRouteCondition(when)}`).join('; ')
        : choice.needs.join(', ');
    return { present: { action: 'skip', reason: choice.problem, detail }, notes: [] };
  }
  const { repo, route, targetBranch } = choice.binding;
  const by = route ? ` by the route ${route.name}` : '';
  const note = `It goes${by} to ${repo}, branch ${choice.targetBranch ?? targetBranch}. While a merge request of it is open elsewhere, it stays there.`;
  return { present: { action: 'enqueue' }, notes: [note, ...describeImage(choice.binding, tools)] };
}

function describeTrigger({ status, labels, assignee }: Issue, { trigger }: Binding): string {
  switch (trigger.kind) {
    case 'status':
      return `its status is ${JSON.stringify(status.name)}, the trigger is ${JSON.stringify(trigger.status)}`;
    case 'label':
      return `its labels are ${labels.join(', ') || 'none'}, the trigger is ${trigger.label}`;
    case 'assignee':
      return `it is assigned to ${assignee?.displayName ?? 'no person'}, the trigger is the account ${trigger.accountId}`;
  }
}

function unbound(name: string, bindings: readonly Binding[]): Look {
  const known = bindings.map(({ jiraProject, repo }) =>
    jiraProject === undefined ? repo : `${jiraProject} -> ${repo}`,
  );
  const detail = `${name} is not in the map, which has ${nameSome(known, MOST_NAMED)}`;
  return { present: { action: 'skip', reason: 'unbound-project', detail }, notes: [] };
}

const MOST_NAMED = 5;
