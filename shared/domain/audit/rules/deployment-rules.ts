import { millisecondsOf, toUtc } from '../facts/instant.ts';
import { isKnown } from '../facts/known.ts';
import { nameOf } from '../people/same-person.ts';
import type { JudgedChange } from '../release/judged-change.ts';
import type { Finding } from '../report/finding.ts';
import { createFinding } from './create-finding.ts';

/** Changes that are not deployed, one finding for a repository of which nothing is, and those deployed too early. */
export function checkDeployments(judged: readonly JudgedChange[], environment: string | null): Finding[] {
  if (environment === null) return [];
  const inScope = judged.filter((one) => one.change.inScope);
  const byRepository = Map.groupBy(inScope, (one) => one.model.facts.repository);
  return [
    ...[...byRepository.values()].flatMap((changes) => notDeployed(changes, environment)),
    ...inScope.flatMap((one) => deployedBeforeApproval(one, environment)),
  ];
}

function notDeployed(judged: readonly JudgedChange[], environment: string): Finding[] {
  const missing = judged.filter((one) => one.deployed === false);
  const [first] = missing;
  if (!first) return [];
  const next = `Deploy the release to ${environment}, or audit without --env.`;
  const { repository, source } = first.model.facts;
  if (missing.length === judged.length)
    return [
      createFinding({
        rule: 'not-deployed',
        subject: { kind: 'repository', id: repository },
        detail: `No successful deployment to ${environment} contains any change of the range.`,
        next,
        sources: [source],
      }),
    ];
  return missing.map(({ change }) =>
    createFinding({
      rule: 'not-deployed',
      subject: { kind: 'change', id: change.id },
      detail: `No successful deployment to ${environment} contains it.`,
      next,
      sources: [source],
    }),
  );
}

function deployedBeforeApproval({ change, approval, deployments }: JudgedChange, environment: string): Finding[] {
  if (approval?.approved !== true || !deployments || !isKnown(deployments)) return [];
  const { approvedAt } = approval;
  const first = deployments[0];
  if (!first || approvedAt === null || !isKnown(approvedAt)) return [];
  if (millisecondsOf(first.finishedAt) >= millisecondsOf(approvedAt)) return [];
  return [
    createFinding({
      rule: 'deployed-before-approval',
      subject: { kind: 'change', id: change.id },
      detail:
        `${nameOf(first.by)} deployed it to ${environment} at ${toUtc(first.finishedAt)}; ` +
        `the approvals were complete at ${toUtc(approvedAt)}.`,
      next: 'Record why it was deployed first, for example an emergency change, in a waiver.',
      sources: [first.source],
    }),
  ];
}
