import pLimit from 'p-limit';
import type { Fix } from '../../../domain/audit/fix/fix.ts';
import type { FixOutcome } from '../../../domain/audit/fix/fix-result.ts';
import type { FixDeps } from './fix-deps.ts';
import { type FixStep, stepOfError } from './fix-step.ts';
import { inspectFixVersion } from './inspect-fix-version.ts';
import { inspectHandOver } from './inspect-hand-over.ts';
import { inspectProposal } from './inspect-proposal.ts';
import { inspectTicket } from './inspect-ticket.ts';

const READS_AT_ONCE = 6;

/**
 * What each fix comes to at this moment, in their order. Reads only; a fix that a service refuses stops none of the
 * others.
 */
export async function inspectFixes(fixes: readonly Fix[], deps: FixDeps): Promise<FixOutcome[]> {
  const limit = pLimit(READS_AT_ONCE);
  return Promise.all(
    fixes.map((fix) =>
      limit(async () => {
        const { kind, says } = await inspect(fix, deps);
        return { fix, state: kind, says };
      }),
    ),
  );
}

/**
 * Applies fixes one after the other. Each is looked at right before it is done, so that it is done once however often
 * this is called. `onOutcome` hears of each as soon as it is known.
 */
export async function applyFixes(
  fixes: readonly Fix[],
  deps: FixDeps,
  onOutcome: (outcome: FixOutcome) => void,
): Promise<FixOutcome[]> {
  const outcomes: FixOutcome[] = [];
  for (const fix of fixes) {
    const outcome = await applyFix(fix, deps);
    onOutcome(outcome);
    outcomes.push(outcome);
  }
  return outcomes;
}

async function applyFix(fix: Fix, deps: FixDeps): Promise<FixOutcome> {
  const step = await inspect(fix, deps);
  if (step.kind !== 'to-do') return { fix, state: step.kind, says: step.says };
  try {
    return { fix, state: 'applied', says: await step.apply() };
  } catch (error) {
    const { kind, says } = stepOfError(error);
    return { fix, state: kind, says };
  }
}

async function inspect(fix: Fix, deps: FixDeps): Promise<FixStep> {
  try {
    return await inspectKind(fix, deps);
  } catch (error) {
    return stepOfError(error);
  }
}

function inspectKind(fix: Fix, deps: FixDeps): Promise<FixStep> {
  switch (fix.kind) {
    case 'set-fix-version':
      return inspectFixVersion(fix, deps);
    case 'propose-key':
      return inspectProposal(fix, deps);
    case 'create-ticket':
      return inspectTicket(fix, deps);
    case 'hand-to-agent':
      return inspectHandOver(fix, deps);
  }
}
