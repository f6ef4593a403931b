import { createGitLabEvidenceFetch } from '../adapters/gitlab/evidence-fetch.ts';
import { createRequester as createGitLabRequester } from '../adapters/gitlab/requester.ts';
import { createJiraEvidenceFetch } from '../adapters/jira/evidence-fetch.ts';
import { createRequester as createJiraRequester } from '../adapters/jira/requester.ts';
import type { JiraCredential } from '../adapters/jira/with-credential.ts';
import { toAlias } from '../domain/mapping/credential-names.ts';
import type { EvidenceFetch, EvidenceRequest } from '../domain/ports/evidence.ts';
import type { Clock } from '../kernel/clock.ts';
import { TaskError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { CredentialRegistry } from '../services/credentials/credential-registry.ts';
import type { JiraSettings } from './settings/jira-settings.ts';

export interface AuditFetchDeps {
  gitlabUrl: string;
  credentials: Pick<CredentialRegistry, 'get'>;
  jira: Pick<JiraSettings, 'url' | 'siteUrl'>;
  jiraCredential: JiraCredential;
  clock: Clock;
  log: Log;
  signal?: AbortSignal;
}

/** Asks GitLab and Jira for the evidence of an audit: each repository with the credential of its binding. */
export function createAuditFetch({
  gitlabUrl,
  credentials,
  jira,
  jiraCredential,
  ...client
}: AuditFetchDeps): EvidenceFetch {
  const requesters = new Map<string, ReturnType<typeof createGitLabRequester>>();
  const askGitLab = createGitLabEvidenceFetch({
    baseUrl: gitlabUrl,
    requesterFor: async (credentialRef) => {
      const ref = toAlias(credentialRef);
      const token = await credentials.get(ref);
      const known = requesters.get(ref) ?? createGitLabRequester({ ...client, baseUrl: gitlabUrl, token });
      requesters.set(ref, known);
      return known;
    },
  });
  const askJira = createJiraEvidenceFetch({
    siteUrl: jira.siteUrl,
    request: createJiraRequester({ ...client, credential: jiraCredential, baseUrl: jira.url }),
  });
  const ask: Record<EvidenceRequest['service'], EvidenceFetch> = { gitlab: askGitLab, jira: askJira, git: refuseGit };
  return (request, signal) => ask[request.service](request, signal);
}

/** Where a clone is given, it is asked instead. */
async function refuseGit(): Promise<never> {
  throw new TaskError('clone-unreadable', { detail: 'No local clone is given: name it with --git-dir.' });
}
