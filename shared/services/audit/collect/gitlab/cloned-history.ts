import * as z from 'zod';
import type { CommitFacts, Sha } from '../../../../domain/audit/facts/commit.ts';
import { isKnown, NOT_KNOWN } from '../../../../domain/audit/facts/known.ts';
import type { RangeFacts } from '../../../../domain/audit/facts/repository.ts';
import type { EvidenceRequest } from '../../../../domain/ports/evidence.ts';
import type { Asker } from '../ask/asker.ts';
import { CommitApi, toCommit } from './api-schemas.ts';

const ContainsApi = z.object({ contains: z.boolean() });
const PatchIdsApi = z.record(z.string(), z.string());

/** The history of one repository from a local clone: no call to a service, and evidence like any answer. */
export interface ClonedHistory {
  /** Commits of a range with their paths and patch ids. */
  commits(range: RangeFacts): Promise<CommitFacts[]>;
  /** Whether `to` contains the commit. */
  contains(commit: Sha, to: Sha): Promise<boolean>;
  /** The same commits with the patch ids of those that the clone has. */
  withPatchIds(commits: readonly CommitFacts[]): Promise<CommitFacts[]>;
}

/** `repository` is the path the plan names, `url` where people look the project up. */
export function createClonedHistory(repository: string, url: string, asker: Asker): ClonedHistory {
  const request = (what: string, rest: Partial<EvidenceRequest>): EvidenceRequest => ({
    service: 'git',
    method: 'GET',
    path: `${repository}/${what}`,
    ...rest,
  });
  return {
    async commits({ branch, from, to }) {
      const query = { ...(from === 'root' ? {} : { from: from.sha }), to: to.sha };
      const branches = [branch];
      return asker.askAll(request('commits', { query, settled: true }), CommitApi, (value, source) => ({
        ...toCommit(value, branches, source),
        url: `${url}/-/commit/${value.id}`,
      }));
    },
    async contains(commit, to) {
      const asked = await asker.ask(request('contains', { query: { commit, to }, settled: true }), ContainsApi);
      return asked.value.contains;
    },
    async withPatchIds(commits) {
      if (commits.length === 0) return [];
      const shas = commits.map(({ sha }) => sha);
      const { value } = await asker.ask(request('patch-ids', { method: 'POST', body: { shas } }), PatchIdsApi);
      return commits.map((one) => ({
        ...one,
        patchId: isKnown(one.patchId) ? one.patchId : (value[one.sha] ?? NOT_KNOWN),
      }));
    },
  };
}
