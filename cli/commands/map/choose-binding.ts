import type { GitLabRemote } from '../../../shared/adapters/git-remote/find-gitlab-remote.ts';
import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import { BUILT_IN_DEFAULTS } from '../../../shared/domain/mapping/defaults.ts';
import { looksLikeToken } from '../../../shared/domain/mapping/source/looks-like-token.ts';
import { BindingSource } from '../../../shared/domain/mapping/source/mapping-source.ts';
import type { NewBinding } from '../../../shared/domain/mapping/source/write-source.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import type { Prompts } from '../../io/prompts.ts';

export interface ChooseBindingInput {
  options: {
    jiraProject?: string | undefined;
    /** The repository gets no Jira project. */
    reviewsOnly?: boolean | undefined;
    repo?: string | undefined;
    targetBranch?: string | undefined;
    credentialRef?: string | undefined;
  };
  /** What the file holds already. */
  bindings: readonly Binding[];
  found: GitLabRemote | undefined;
  /** Where there is none of GitLab: the one of another platform. */
  foreign?: Omit<GitLabRemote, 'root'> | undefined;
  /** Absent when there is no terminal to ask on. */
  prompts: Prompts | undefined;
}

type Field = keyof NewBinding;

/**
 * Decides on a binding: an option comes first, then what the file says, then the clone, then the person. `undefined`
 * when the person cancelled.
 *
 * @throws {UsageError} when an option does not fit, or something is unknown and there is no terminal to ask on
 */
export async function chooseBinding({
  options,
  bindings,
  found,
  foreign,
  prompts,
}: ChooseBindingInput): Promise<NewBinding | undefined> {
  refuseBadOptions(options);
  const detected = options.repo ?? found?.remote.repo;
  const sameRepo = bindings.find((binding) => binding.repo.toLowerCase() === detected?.toLowerCase());

  if (isForReviews()) return chooseForReviews();
  const jiraProject = await choose('jira_project', 'The key of the Jira project', options.jiraProject, {
    known: sameRepo?.jiraProject,
    proposed: sameRepo?.jiraProject ?? toProjectKey(detected),
  });
  if (jiraProject === undefined) return undefined;
  // What a route has is no proposal for the binding.
  const same = bindings.find((binding) => binding.jiraProject === jiraProject && !binding.route);

  const knownRepo = same?.repo ?? found?.remote.repo;
  const repo = await choose('repo', 'The GitLab repository', options.repo, { known: knownRepo, proposed: knownRepo });
  if (repo === undefined) return undefined;

  const knownBranch = same?.targetBranch ?? found?.defaultBranch;
  const branchOption = options.targetBranch ?? (prompts || same ? undefined : knownBranch);
  const targetBranch = await chooseOptional(
    'target_branch',
    'The branch merge requests go to',
    branchOption,
    knownBranch ?? BUILT_IN_DEFAULTS.targetBranch,
  );
  if (targetBranch === 'cancelled') return undefined;

  const credentialRef = await chooseOptional(
    'credential_ref',
    'The name of the GitLab credential',
    options.credentialRef,
    same?.credentialRef ?? BUILT_IN_DEFAULTS.credentialRef,
  );
  if (credentialRef === 'cancelled') return undefined;

  return { jira_project: jiraProject, repo, ...targetBranch, ...credentialRef };

  /** Where nothing is said, the file decides. */
  function isForReviews(): boolean {
    if (options.reviewsOnly) return true;
    return options.jiraProject === undefined && sameRepo !== undefined && sameRepo.jiraProject === undefined;
  }

  async function chooseForReviews(): Promise<NewBinding | undefined> {
    const known = sameRepo?.repo ?? detected;
    const repo = await choose('repo', 'The GitLab repository', options.repo, { known, proposed: known });
    if (repo === undefined) return undefined;
    const initial = sameRepo?.credentialRef ?? BUILT_IN_DEFAULTS.credentialRef;
    const credentialRef = await chooseOptional(
      'credential_ref',
      'The name of the GitLab credential',
      options.credentialRef,
      initial,
    );
    return credentialRef === 'cancelled' ? undefined : { repo, ...credentialRef };
  }

  async function choose(
    field: Field,
    message: string,
    option: string | undefined,
    { known, proposed }: { known: string | undefined; proposed: string | undefined },
  ) {
    if (option !== undefined) return option;
    if (prompts)
      return prompts.text({ message, initial: proposed ?? '', check: (answer) => checkField(field, answer) });
    if (known !== undefined) return known;
    const other = field === 'repo' && foreign ? describeForeign(foreign) : undefined;
    throw new UsageError(other ?? MISSING[field] ?? `${field} is missing`);
  }

  async function chooseOptional(
    field: 'target_branch' | 'credential_ref',
    message: string,
    option: string | undefined,
    initial: string,
  ) {
    if (option !== undefined) return { [field]: option };
    if (!prompts) return {};
    const answer = await prompts.text({ message, initial, check: (text) => checkField(field, text) });
    return answer === undefined ? 'cancelled' : { [field]: answer };
  }
}

function describeForeign({ remoteName, remote }: Omit<GitLabRemote, 'root'>): string {
  const platform = PLATFORMS[remote.platform] ?? remote.platform;
  return `the remote ${remoteName} is ${remote.host}/${remote.repo}, which is ${platform}; cmap works with GitLab: name the repository there with --repo group/app`;
}

const PLATFORMS: Readonly<Record<string, string>> = {
  github: 'GitHub',
  bitbucket: 'Bitbucket',
  'azure-devops': 'Azure DevOps',
};

const MISSING: Partial<Record<Field, string>> = {
  jira_project:
    'which Jira project? Name it with --jira-project PROJ, or bind the repository without one by --reviews-only',
  repo: 'no GitLab remote was found here; name the repository with --repo group/app',
};

function refuseBadOptions({
  jiraProject,
  reviewsOnly,
  repo,
  targetBranch,
  credentialRef,
}: ChooseBindingInput['options']): void {
  if (reviewsOnly && (jiraProject ?? targetBranch) !== undefined)
    throw new UsageError(
      '--reviews-only binds the repository without a Jira project; leave out --jira-project and --target-branch',
    );
  const given = { jira_project: jiraProject, repo, target_branch: targetBranch, credential_ref: credentialRef };
  for (const [field, value] of Object.entries(given)) {
    // The keys are written above.
    const problem = value === undefined ? undefined : checkField(field as Field, value);
    if (problem) throw new UsageError(`--${field.replaceAll('_', '-')} ${problem}`);
  }
}

/** What is wrong with an answer, without repeating it. */
function checkField(field: Field, answer: string): string | undefined {
  if (looksLikeToken(answer)) return 'looks like a token; tokens never belong into this file';
  const parsed = BindingSource.shape[field].safeParse(answer);
  return parsed.success ? undefined : parsed.error.issues[0]?.message;
}

/** A first guess: Jira keys are often the project's name in capitals. */
function toProjectKey(repo: string | undefined): string | undefined {
  const name = repo
    ?.split('/')
    .at(-1)
    ?.toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '')
    .replace(/^[0-9]+/, '');
  return name === undefined || name.length < 2 ? undefined : name.slice(0, 10);
}
