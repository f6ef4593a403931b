import type { Binding, Trigger } from '../binding.ts';
import type { MappingPath, SourceProblem } from '../problem.ts';
import { valueAt } from '../value-at.ts';
import { showValue } from './show-value.ts';

/**
 * Finds triggers that the agent's own changes of an issue would fire: a status it sets, or the account it assigns the
 * issue to. Each of its changes could start the next run. What stands in `defaults` is reported once. `groups` has the
 * bindings that came of each entry of the source.
 */
export function findOwnTriggers(groups: readonly (readonly Binding[])[], source: unknown): SourceProblem[] {
  const problems = groups.flatMap((bindings, index) => {
    // A route may name a reviewer of its own; all else is the same in each.
    const own = bindings.find((binding) => findOwnField(binding) !== undefined);
    const field = own && findOwnField(own);
    if (!own || field === undefined) return [];
    return [{ path: findPlace(index, field, source), isAboutKey: false, message: describe(own.trigger, field) }];
  });
  const byPlace = Map.groupBy(problems, ({ path }) => JSON.stringify(path));
  return [...byPlace.values()].flatMap((same) => same.slice(0, 1));
}

function describe(trigger: Trigger, field: string): string {
  const andSo = `itself (${field}), so its own change would start the next run; choose another`;
  switch (trigger.kind) {
    case 'status':
      return `trigger ${showValue(trigger.status)} is the status the agent sets ${andSo} status`;
    case 'assignee':
      return `trigger.assignee is the account the agent assigns issues to ${andSo} account`;
    case 'label':
      return `trigger.label is the label the agent gives issues ${andSo} label`;
  }
}

/** The field that names what the trigger names. */
function findOwnField({ trigger, statuses, reviewer, stoppedLabel, needsAnswerLabel }: Binding): string | undefined {
  switch (trigger.kind) {
    case 'status': {
      const fields: [field: string, status: string | undefined][] = [
        ['statuses.in_progress', statuses.inProgress],
        ['statuses.in_review', statuses.inReview],
        ['statuses.stopped', statuses.stopped],
        ['statuses.needs_answer', statuses.needsAnswer],
        ['statuses.done', statuses.done === 'off' ? undefined : statuses.done],
      ];
      return fields.find(([, status]) => sameName(status, trigger.status))?.[0];
    }
    case 'assignee':
      return reviewer === trigger.accountId ? 'reviewer' : undefined;
    case 'label':
      if (sameName(stoppedLabel, trigger.label)) return 'stopped_label';
      return sameName(needsAnswerLabel, trigger.label) ? 'needs_answer_label' : undefined;
  }
}

/** Jira compares names of statuses and labels without regard to case. */
function sameName(one: string | undefined, other: string): boolean {
  return one?.toLocaleLowerCase('en') === other.toLocaleLowerCase('en');
}

/** Where one of the two fields is written: in the binding first, then in the defaults. */
function findPlace(index: number, field: string, source: unknown): MappingPath {
  const blocks: MappingPath[] = [['bindings', index], ['defaults']];
  const places = blocks.flatMap((block) => [
    [...block, 'trigger'],
    [...block, ...field.split('.')],
  ]);
  return places.find((path) => valueAt(source, path) !== undefined) ?? ['bindings', index];
}
