import type { Binding } from '../binding.ts';
import type { MappingPath, SourceProblem } from '../problem.ts';
import { valueAt } from '../value-at.ts';
import { showValue } from './show-value.ts';

/**
 * Finds triggers that the agent's own changes of an issue would fire: a status it sets, or the account it assigns the
 * issue to. Each of its changes could start the next run. What stands in `defaults` is reported once.
 */
export function findOwnTriggers(bindings: readonly Binding[], source: unknown): SourceProblem[] {
  const problems = bindings.flatMap((binding, index) => {
    const field = findOwnField(binding);
    if (field === undefined) return [];
    const { trigger } = binding;
    const value = showValue(trigger.kind === 'status' ? trigger.status : '');
    const message =
      trigger.kind === 'label'
        ? `trigger.label is the label the agent gives issues itself (${field}), so its own change would start the next run; choose another label`
        : trigger.kind === 'status'
          ? `trigger ${value} is the status the agent sets itself (${field}), so its own change would start the next run; choose another status`
          : `trigger.assignee is the account the agent assigns issues to itself (${field}), so its own change would start the next run; choose another account`;
    return [{ path: findPlace(index, field, source), isAboutKey: false, message }];
  });
  const places = problems.map(({ path }) => path.join('.'));
  return problems.filter((_, index) => places.indexOf(places[index] ?? '') === index);
}

/** The field that names what the trigger names. */
function findOwnField({ trigger, statuses, reviewer, stoppedLabel }: Binding): string | undefined {
  switch (trigger.kind) {
    case 'status': {
      const fields: [field: string, status: string][] = [
        ['statuses.in_progress', statuses.inProgress],
        ['statuses.in_review', statuses.inReview],
        ...(statuses.stopped === undefined ? [] : [['statuses.stopped', statuses.stopped] as [string, string]]),
        ...(statuses.done === 'off' ? [] : [['statuses.done', statuses.done] as [string, string]]),
      ];
      return fields.find(([, status]) => sameStatus(status, trigger.status))?.[0];
    }
    case 'assignee':
      return reviewer === trigger.accountId ? 'reviewer' : undefined;
    case 'label':
      return stoppedLabel !== undefined && sameStatus(stoppedLabel, trigger.label) ? 'stopped_label' : undefined;
  }
}

/** Jira compares status names without regard to case. */
function sameStatus(one: string, other: string): boolean {
  return one.trim().toLocaleLowerCase('en') === other.trim().toLocaleLowerCase('en');
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
