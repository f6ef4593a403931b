import { expect, it } from 'vitest';
import {
  aChain,
  aCommit,
  aMergeRequest,
  anApproval,
  aPerson,
  aRepository,
  at,
  sha,
  someFacts,
} from '../../../../test/builders/audit.ts';
import type { MergeRequestFacts } from '../facts/merge-request.ts';
import { AuditPolicy } from '../policy/audit-policy.ts';
import { judgeRepository } from '../release/judge-repository.ts';
import { createReleaseFrame } from '../release/release-frame.ts';
import { factsToAsk } from './facts-to-ask.ts';

const late = [aCommit('x', { committedAt: at(70) })];

it.each<{ name: string; facts: Partial<MergeRequestFacts>; times: boolean; versions: boolean }>([
  {
    name: 'nothing where the approval counts',
    facts: { sourceCommits: [aCommit('x')] },
    times: false,
    versions: false,
  },
  {
    name: 'nothing where no approval can count',
    facts: { approvals: [anApproval('ann', 'not-known')] },
    times: false,
    versions: false,
  },
  {
    name: 'nothing where approvals are not known at all',
    facts: { approvals: 'not-known' },
    times: false,
    versions: false,
  },
  {
    name: 'the time where only the time is open',
    facts: { approvals: [anApproval('bob', 'not-known')] },
    times: true,
    versions: false,
  },
  { name: 'the pushed states of a squash whose commits are gone', facts: {}, times: false, versions: true },
  {
    name: 'the pushed states where the approval looks old',
    facts: { sourceCommits: late },
    times: false,
    versions: true,
  },
  {
    name: 'nothing where old approvals would not be enough',
    facts: { sourceCommits: late, author: aPerson('cmap-bot') },
    times: false,
    versions: false,
  },
  {
    name: 'nothing that is known already',
    facts: { sourceCommits: late, diffVersions: [] },
    times: false,
    versions: false,
  },
])('asks $name', ({ facts, times, versions }) => {
  const mergeRequest = aMergeRequest(1, { squashCommitSha: sha('a'), ...facts });
  const repository = aRepository('a', { commits: aChain('a'), mergeRequests: [mergeRequest] });
  const asked = factsToAsk(judgeRepository(repository, createReleaseFrame(someFacts(), AuditPolicy.parse({}))));
  expect(asked).toEqual({ approvalTimes: times ? [1] : [], diffVersions: versions ? [1] : [] });
});
