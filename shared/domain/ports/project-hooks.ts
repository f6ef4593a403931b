import type { Secret } from '../../kernel/secret.ts';

/** A webhook of a project, as GitLab shows it; its secrets go in and never come out. */
export interface ProjectHook {
  id: number;
  url: string;
  mergeRequestEvents: boolean;
  noteEvents: boolean;
  pipelineEvents: boolean;
  /** Further events it is sent for, as GitLab calls them: `push_events`. */
  otherEvents: string[];
  verifiesTls: boolean;
  /** Whether it has a secret of this kind; `undefined` where GitLab does not say, as before 19.0. */
  hasToken: boolean | undefined;
  hasSigningToken: boolean | undefined;
  /** GitLab delivers nothing now, because deliveries failed. */
  isDisabled: boolean;
}

/**
 * What a hook of this product is set to: events of merge requests and notes, those of pipelines where they are wanted,
 * TLS verified, and no other event.
 */
export interface ProjectHookSettings {
  url: string;
  /** Absent: none. */
  pipelineEvents?: boolean;
  /** Repeated by GitLab in `X-Gitlab-Token`. A secret that is absent stays as it was. */
  token?: Secret;
  /** Signs deliveries; older servers than 19.0 ignore it. */
  signingToken?: Secret;
}

/** The webhooks of a project; a credential needs the role Maintainer for each of these. */
export interface ProjectHooks {
  listProjectHooks(projectId: number): Promise<ProjectHook[]>;
  createProjectHook(projectId: number, settings: ProjectHookSettings): Promise<ProjectHook>;
  /** Switches off what else the hook is sent for. */
  updateProjectHook(
    projectId: number,
    hook: Pick<ProjectHook, 'id' | 'otherEvents'>,
    settings: ProjectHookSettings,
  ): Promise<ProjectHook>;
  /** One that is gone already is fine. */
  deleteProjectHook(projectId: number, hookId: number): Promise<void>;
}
