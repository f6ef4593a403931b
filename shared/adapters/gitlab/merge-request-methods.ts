import type { MergeRequests } from '@gitbeaker/rest';
import type { GitLab, MergeRequest } from '../../domain/ports/gitlab.ts';
import type { Log } from '../../kernel/log.ts';
import { statusOf } from '../http/http-failure.ts';
import { MergeRequestResponse, parseList, parseResponse } from './api-schemas.ts';
import { orUndefined } from './or-undefined.ts';

type Methods = Pick<
  GitLab,
  | 'findOpenMergeRequest'
  | 'listMergeRequestsBySourceBranch'
  | 'getMergeRequest'
  | 'findMergeRequest'
  | 'createMergeRequest'
  | 'updateMergeRequest'
  | 'listOpenMergeRequestsBy'
>;

/** The part of `GitLab` that finds, opens and edits single merge requests. */
export function createMergeRequestMethods(api: MergeRequests, log: Log): Methods {
  async function listBySourceBranch(projectId: number, sourceBranch: string, state?: 'opened') {
    const body = await api.all({
      projectId,
      sourceBranch,
      ...(state ? { state } : {}), // The project's list has every state unless told.
      scope: 'all',
      orderBy: 'created_at',
      sort: 'desc',
      perPage: 100,
    });
    const all = parseList(MergeRequestResponse, body, { what: 'merge requests', log });
    // A fork may have a branch of the same name.
    return all.filter((mergeRequest) => mergeRequest.sourceProjectId === projectId);
  }

  async function findOpen(projectId: number, sourceBranch: string): Promise<MergeRequest | undefined> {
    return (await listBySourceBranch(projectId, sourceBranch, 'opened'))[0];
  }

  return {
    findOpenMergeRequest: findOpen,

    listMergeRequestsBySourceBranch: (projectId, sourceBranch) => listBySourceBranch(projectId, sourceBranch),

    async getMergeRequest(projectId, iid) {
      return parseResponse(MergeRequestResponse, await api.show(projectId, iid), 'a merge request');
    },

    async findMergeRequest(projectId, iid) {
      const body = await orUndefined(api.show(projectId, iid));
      return body === undefined ? undefined : parseResponse(MergeRequestResponse, body, 'a merge request');
    },

    async createMergeRequest(projectId, { sourceBranch, targetBranch, title, ...more }) {
      try {
        const body = await api.create(projectId, sourceBranch, targetBranch, title, wire(more));
        return parseResponse(MergeRequestResponse, body, 'a new merge request');
      } catch (error) {
        // 409: it is there already, opened by an earlier try whose answer was lost.
        const existing = statusOf(error) === 409 ? await findOpen(projectId, sourceBranch) : undefined;
        if (existing?.targetBranch === targetBranch) return existing;
        throw error;
      }
    },

    async listOpenMergeRequestsBy(projectId, authorId) {
      const body = await api.all({
        projectId,
        authorId,
        state: 'opened',
        scope: 'all',
        orderBy: 'created_at',
        sort: 'asc',
        withMergeStatusRecheck: true,
        perPage: 100,
      });
      return parseList(MergeRequestResponse, body, { what: 'merge requests', log });
    },

    async updateMergeRequest(projectId, iid, { title, description, addLabels, reviewerIds }) {
      const body = await api.edit(projectId, iid, wire({ title, description, addLabels, reviewerIds }));
      return parseResponse(MergeRequestResponse, body, 'a merge request');
    },
  };
}

/**
 * The library types labels as one comma-separated text; the API's own description says a list, which is what we
 * send. `object` keeps the library's narrower type out of it.
 */
function wire(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
