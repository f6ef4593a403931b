import type { HttpHandler } from '@azure/functions';
import { type Clock, SECOND } from '../../shared/kernel/clock.ts';
import { createKeep } from '../../shared/kernel/create-keep.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import type { Secret } from '../../shared/kernel/secret.ts';
import { MappingError } from '../../shared/services/projects/mapping-error.ts';
import { isAdmin } from '../http/is-admin.ts';
import type { Reason } from './assess.ts';
import { answerHealth, describeDown } from './describe-down.ts';
import { type Examination, type ExaminationDeps, examine } from './examine.ts';
import type { HealthReport, HealthSummary } from './health-report.ts';
import { publicName } from './poller-report.ts';
import { createTokenStates, type TokenStatesDeps } from './token-states.ts';

export interface HealthDeps extends Omit<ExaminationDeps, 'tokenStates' | 'startedAt'>, TokenStatesDeps {
  adminSecret?: Secret;
  clock: Clock;
}

/**
 * Says whether the app can do its job; docs/runbook.md describes every field, `HealthReport` the shape. 503 when it
 * cannot: storage or the project map is out of reach, no binding is usable, or Jira or every GitLab group has failed
 * for long. `degraded` when a part cannot, such as one team's group, when a credential is refused, or when a timer has
 * not run for long. Names of projects and credentials need the admin secret; without it the answer has counts, which
 * may be five seconds old, so that asking in a loop costs next to nothing.
 */
export function createHealth(deps: HealthDeps): HttpHandler {
  const { adminSecret, clock } = deps;
  const examination = { ...deps, tokenStates: createTokenStates(deps), startedAt: clock.now() };
  const keep = createKeep({ ms: KEEP_MS, max: 1, clock });
  const anonymous = () => keep('anonymous', () => report(examination, false));
  return async (request) => {
    const found = isAdmin(request, adminSecret) ? report(examination, true) : anonymous();
    return answerHealth(await found, request.method);
  };
}

/** Anonymous requests within this time share one examination. */
const KEEP_MS = 5 * SECOND;

async function report(examination: ExaminationDeps, detailed: boolean): Promise<HealthReport | HealthSummary> {
  try {
    const found = await examine(examination);
    return detailed ? describeAll(found) : summarize(found);
  } catch (error) {
    examination.log.error('health check failed', { error });
    return describeDown(describe(error, detailed), detailed);
  }
}

function describeAll({ reasons, ...found }: Examination): HealthReport {
  return { ...found, reasons: reasons.map(nameAll) };
}

function nameAll({ text, names, more }: Reason): string {
  if (!names) return text;
  return `${text}: ${[...names, ...(more ? [`and ${more} more`] : [])].join(', ')}`;
}

function summarize(found: Examination): HealthSummary {
  const { status, reasons, generation, bindings, pollers, sweeper, queue } = found;
  const count = (state: string) => bindings.filter((binding) => binding.state === state).length;
  return {
    status,
    reasons: reasons.map(({ text, names, more = 0 }) => (names ? `${text}: ${names.length + more}` : text)),
    generation,
    bindings: { ready: count('ready'), quarantined: count('quarantined') },
    pollers: pollers.map(({ name, refused, moreRefused = 0, ...rest }) => ({
      ...rest,
      name: publicName(name),
      ...(refused ? { refused: refused.length + moreRefused } : {}),
    })),
    sweeper,
    queue,
  };
}

function describe(error: unknown, detailed: boolean): string {
  if (error instanceof MappingError) return detailed ? error.message : 'the project map cannot be used';
  return error instanceof TaskError ? error.code : 'unexpected';
}
