import type { Fix } from '../../../domain/audit/fix/fix.ts';
import { projectOf } from '../../../domain/audit/links/ticket-index.ts';
import { hasJiraProject, type JiraBinding, type Trigger } from '../../../domain/mapping/binding.ts';
import type { Issue, JiraUser } from '../../../domain/ports/jira.ts';
import { isTriggered } from '../../../domain/tasks/plan-coding.ts';
import { silentLog } from '../../../kernel/log.ts';
import { sameName } from '../../../kernel/text/same-name.ts';
import { moveIssue } from '../../issues/move-issue.ts';
import { createAskerCheck } from '../../runs/create-asker-check.ts';
import type { FixDeps } from './fix-deps.ts';
import type { FixStep } from './fix-step.ts';

/**
 * Whether a story can be handed to the agent by what the trigger of its binding says. One whose status is not that of
 * the audit any more is left alone: the agent may have had it already, or a person has taken it.
 */
export async function inspectHandOver(
  { key }: Extract<Fix, { kind: 'hand-to-agent' }>,
  { report, bindings, jira, clock }: FixDeps,
): Promise<FixStep> {
  const issue = await jira.getIssue(key);
  const binding = bindings.filter(hasJiraProject).find(({ jiraProject }) => jiraProject === projectOf(issue.key));
  if (!binding) return { kind: 'refused', says: `no binding of the map has the project ${projectOf(issue.key)}` };
  const { trigger } = binding;
  if (isTriggered(issue, trigger)) return { kind: 'nothing', says: `is with the agent: ${describeTriggered(trigger)}` };
  const before = report.stories.find((story) => story.key === key)?.status;
  if (before !== undefined && !sameName(issue.status.name, before))
    return { kind: 'refused', says: `is "${issue.status.name}" now and was "${before}" at the audit` };
  const taken = report.stories.find((story) => story.key === key)?.assignee;
  if (issue.assignee && issue.assignee.displayName !== taken)
    return { kind: 'refused', says: `is assigned to ${issue.assignee.displayName} now` };
  const refusal = await findRefusal(binding, await jira.getMyself(), { jira, clock });
  if (refusal !== undefined) return { kind: 'refused', says: refusal };
  const says = `${describeStep(trigger)}, so that the agent works on it${describeWait(issue)}`;
  return {
    kind: 'to-do',
    says,
    async apply() {
      await handOver(trigger, issue, jira);
      return `is with the agent: ${describeTriggered(trigger)}${describeWait(issue)}`;
    },
  };
}

async function handOver(trigger: Trigger, { key }: Issue, jira: FixDeps['jira']): Promise<void> {
  switch (trigger.kind) {
    case 'status':
      await moveIssue(jira, { issueKey: key, targetStatus: trigger.status });
      return;
    case 'assignee':
      return jira.assign(key, trigger.accountId);
    case 'label':
      return jira.addLabel(key, trigger.label);
  }
}

/** Why the agent would not take the request of this account. */
async function findRefusal(
  binding: JiraBinding,
  myself: JiraUser,
  { jira, clock }: Pick<FixDeps, 'jira' | 'clock'>,
): Promise<string | undefined> {
  const check = createAskerCheck({ jira, clock, log: silentLog });
  const refusal = await check({ by: 'change', asker: myself, binding });
  return refusal === undefined
    ? undefined
    : `the binding does not let ${myself.displayName} ask the agent (${refusal}): let a person ask who may`;
}

function describeStep(trigger: Trigger): string {
  switch (trigger.kind) {
    case 'status':
      return `move it to "${trigger.status}"`;
    case 'assignee':
      return `assign it to ${trigger.accountId}`;
    case 'label':
      return `put the label "${trigger.label}" on`;
  }
}

function describeTriggered(trigger: Trigger): string {
  switch (trigger.kind) {
    case 'status':
      return `it stands in "${trigger.status}"`;
    case 'assignee':
      return `it is assigned to ${trigger.accountId}`;
    case 'label':
      return `it has the label "${trigger.label}"`;
  }
}

function describeWait({ blockedBy }: Issue): string {
  const open = blockedBy.filter(({ done }) => !done).map(({ key }) => key);
  return open.length > 0 ? ` once ${open.join(', ')} ${open.length === 1 ? 'is' : 'are'} done` : '';
}
