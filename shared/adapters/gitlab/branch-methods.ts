import * as z from 'zod';
import type { Branches } from '../../domain/ports/branches.ts';
import { TaskError } from '../../kernel/errors.ts';
import { statusOf } from '../http/http-failure.ts';
import { parseResponse } from './api-schemas.ts';
import { orUndefined } from './or-undefined.ts';
import type { Requester } from './requester.ts';

const PAGE_SIZE = 100;
const MAX_PAGES = 10;

/** The part of `GitLab` that writes branches (https://docs.gitlab.com/api/branches/ and /commits/). */
export function createBranchMethods(request: Requester): Branches {
  const root = (projectId: number) => `projects/${projectId}/repository`;
  return {
    async createBranch(projectId, name, from) {
      try {
        await request({ method: 'POST', path: `${root(projectId)}/branches`, body: { branch: name, ref: from } });
        return 'created';
      } catch (error) {
        const isThere = statusOf(error) === 400 && /already exists/i.test(detailOf(error));
        if (!isThere) throw error;
        return 'there';
      }
    },

    async deleteBranch(projectId, name) {
      const path = `${root(projectId)}/branches/${encodeURIComponent(name)}`;
      await orUndefined(request({ method: 'DELETE', path }));
    },

    async cherryPick(projectId, sha, branch) {
      const path = `${root(projectId)}/commits/${encodeURIComponent(sha)}/cherry_pick`;
      try {
        await request({ method: 'POST', path, body: { branch } });
        return 'picked';
      } catch (error) {
        // "Cherry-pick a commit": both are a 400 of one sentence, told apart by `error_code`.
        const result = statusOf(error) === 400 && /\((conflict|empty)\)$/.exec(detailOf(error))?.[1];
        if (result === 'conflict' || result === 'empty') return result;
        throw error;
      }
    },

    async listCommitsOfMergeRequest(projectId, iid) {
      const path = `projects/${projectId}/merge_requests/${iid}/commits`;
      const all: string[] = [];
      for (let page = 1; page <= MAX_PAGES; page += 1) {
        const { body } = await request({ method: 'GET', path, query: { per_page: PAGE_SIZE, page } });
        const commits = parseResponse(z.array(z.object({ id: z.string() })), body, 'commits of a merge request');
        all.push(...commits.map(({ id }) => id));
        if (commits.length < PAGE_SIZE) break;
      }
      return all.toReversed();
    },
  };
}

function detailOf(error: unknown): string {
  return error instanceof TaskError ? (error.detail ?? '') : '';
}
