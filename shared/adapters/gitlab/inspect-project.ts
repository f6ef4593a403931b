import * as z from 'zod';
import type { ProjectInspection, PushRules } from '../../domain/ports/gitlab.ts';
import { TaskError } from '../../kernel/errors.ts';
import { parseResponse } from './api-schemas.ts';
import type { Requester } from './requester.ts';

/** Asks for what not every token and edition may see, and changes nothing. At most four requests. */
export async function inspectProject(request: Requester, projectId: number): Promise<ProjectInspection> {
  const project = `projects/${projectId}`;
  const look = (path: string, query: QueryParameters = {}) => readOrRefusal(request, `${project}/${path}`, query);
  const [members, newest, rules] = await Promise.all([
    look('members/all', { per_page: 1 }),
    look('merge_requests', { per_page: 1, scope: 'all' }),
    look('push_rule'),
  ]);
  const [iid] = parseResponse(MergeRequestIids, newest.body ?? [], 'merge requests').map((one) => one.iid);
  const approvals = iid === undefined ? undefined : await look(`merge_requests/${iid}/approvals`);
  return {
    members: members.kind === 'answer' ? 'readable' : 'refused',
    approvals: approvals ? (approvals.kind === 'answer' ? 'readable' : 'refused') : 'no-merge-request',
    pushRules: rules.kind === 'forbidden' ? 'refused' : readRules(rules.body),
  };
}

type QueryParameters = Record<string, string | number>;

type Look = { kind: 'answer'; body: unknown } | { kind: 'forbidden' | 'missing'; body?: undefined };

async function readOrRefusal(request: Requester, path: string, query: QueryParameters): Promise<Look> {
  try {
    const { body } = await request({ method: 'GET', path, query });
    return { kind: 'answer', body };
  } catch (error) {
    if (error instanceof TaskError && error.code === 'gitlab-forbidden') return { kind: 'forbidden' };
    if (error instanceof TaskError && error.code === 'gitlab-not-found') return { kind: 'missing' };
    throw error;
  }
}

const MergeRequestIids = z.array(z.object({ iid: z.int() }));

/** api/project_push_rules of GitLab's documentation: Premium; without rules the answer is 404 or `null`. */
const PushRulesResponse = z
  .object({
    commit_message_regex: z.string().nullish(),
    commit_message_negative_regex: z.string().nullish(),
    branch_name_regex: z.string().nullish(),
    author_email_regex: z.string().nullish(),
    member_check: z.boolean().nullish(),
    commit_committer_check: z.boolean().nullish(),
    reject_unsigned_commits: z.boolean().nullish(),
    reject_non_dco_commits: z.boolean().nullish(),
  })
  .transform(
    (rules): PushRules => ({
      ...(rules.commit_message_regex ? { commitMessage: rules.commit_message_regex } : {}),
      ...(rules.commit_message_negative_regex ? { notCommitMessage: rules.commit_message_negative_regex } : {}),
      ...(rules.branch_name_regex ? { branchName: rules.branch_name_regex } : {}),
      ...(rules.author_email_regex ? { authorEmail: rules.author_email_regex } : {}),
      membersOnly: rules.member_check ?? false,
      ownCommitsOnly: rules.commit_committer_check ?? false,
      signedOnly: rules.reject_unsigned_commits ?? false,
      signedOffOnly: rules.reject_non_dco_commits ?? false,
    }),
  );

function readRules(body: unknown): PushRules | 'none' {
  return body == null ? 'none' : parseResponse(PushRulesResponse, body, 'push rules');
}
