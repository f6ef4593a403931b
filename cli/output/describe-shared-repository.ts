import type { SharedRepository } from '../../shared/domain/mapping/shared-repositories.ts';

/** What it means that several Jira projects are bound to one repository, in one sentence. */
export function describeSharedRepository({ repo, speaker, others }: SharedRepository): string {
  return `${repo} is bound by ${[speaker, ...others].join(', ')}: ${speaker} is listed first and speaks for its merge requests, so the review settings, credential_ref and model of ${speaker} count there; issues of each project keep their own settings`;
}
