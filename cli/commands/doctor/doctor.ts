import pLimit from 'p-limit';
import * as z from 'zod';
import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import { bindingLabel } from '../../../shared/domain/mapping/binding-key.ts';
import { createBindings } from '../../../shared/domain/mapping/bindings.ts';
import type { GitLab } from '../../../shared/domain/ports/gitlab.ts';
import type { Jira } from '../../../shared/domain/ports/jira.ts';
import { createTools, type GitLabTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { countOf } from '../../output/count-of.ts';
import { describeEnvironment } from '../../output/describe-environment.ts';
import { attempt, type Check, fail, ok } from './check.ts';
import { checkCredential } from './check-credential.ts';
import { checkEvents } from './check-events.ts';
import { checkImages } from './check-images.ts';
import { checkJiraProject } from './check-jira-project.ts';
import { checkModel } from './check-model.ts';
import { checkMonthMoney } from './check-month-money.ts';
import { checkRepository } from './check-repository.ts';
import { checkKeyVault, checkSecrets } from './check-secrets.ts';
import { checkStorage } from './check-storage.ts';
import { type DoctorReport, REPORT_VERSION } from './report.ts';

export const DoctorOptions = z.object({ path: z.string().optional(), json: z.boolean().default(false) });
export type DoctorOptions = z.infer<typeof DoctorOptions>;

/** Looks-up at once; a company has hundreds of bindings and one GitLab. */
const AT_ONCE = 8;

/**
 * Asks storage, Key Vault, the model, GitLab and Jira whether every binding would work. Nothing stays changed: what is
 * written to storage as a probe is deleted at once. With a path the bindings of that file are asked about, otherwise
 * the bindings of the deployment's own map. Exit code 1 when anything fails.
 */
export async function doctor(
  { path, json }: DoctorOptions,
  io: CliIO,
  tools: Tools = createTools(io),
): Promise<number> {
  const { bindings, checks: mapChecks } = await readBindings(path, tools);
  const [storage, money, vault, model, gitlab, jira, events] = await Promise.all([
    checkStorage(tools),
    checkMonthMoney(bindings, tools, io.clock.now()),
    checkKeyVault(tools),
    checkModel(tools),
    checkGitLab(bindings, tools, io.clock.now()),
    checkJira(bindings, tools),
    checkEvents(bindings, tools),
  ]);
  const checks = [
    ...checkChoice(io),
    ...mapChecks,
    ...checkImages(bindings, tools.runnerImages()),
    ...storage,
    ...money,
    ...checkSecrets(io),
    ...vault,
    ...model,
    ...gitlab,
    ...jira,
    ...events,
  ];
  const count = (level: Check['level']) => checks.filter((check) => check.level === level).length;
  const text = () => [
    ...checks.map(({ level, about, finding }) => `${level.padEnd(4)}  ${about}: ${finding}`),
    '',
    ...listOffers(checks),
    `${count('OK')} fine, ${countOf(count('WARN'), 'warning')}, ${countOf(count('FAIL'), 'failure')}`,
  ];
  return answer(
    {
      json,
      document: { schemaVersion: REPORT_VERSION, checks: checks.map(toReported) } satisfies Omit<DoctorReport, 'ok'>,
      text,
      ok: count('FAIL') === 0,
    },
    io,
  );
}

/** A program reads one line at a time, and gets the whole of it. */
function toReported({ offer, finding, ...check }: Check): Omit<Check, 'offer'> {
  return { ...check, finding: [finding, ...(offer === undefined ? [] : [offer])].join(' ') };
}

/** Each sentence once, however many lines it would help with. */
function listOffers(checks: readonly Check[]): string[] {
  const offers = [...new Set(checks.flatMap(({ offer }) => offer ?? []))];
  return offers.length > 0 ? [...offers, ''] : [];
}

/** Which deployment this is about, where a name says it. */
function checkChoice({ environment }: Pick<CliIO, 'environment'>): Check[] {
  return environment ? [ok('environment', describeEnvironment(environment))] : [];
}

async function readBindings(
  path: string | undefined,
  tools: Tools,
): Promise<{ bindings: readonly Binding[]; checks: Check[] }> {
  let bindings: readonly Binding[] = [];
  const checks = await attempt('map', async () => {
    bindings = await tools.bindings(path);
    return [
      ok(
        'map',
        `${countOf(createBindings(bindings).entries.length, 'binding')} in ${path ?? 'the map of this deployment'}`,
      ),
    ];
  });
  return { bindings, checks };
}

async function checkGitLab(bindings: readonly Binding[], tools: Tools, now: number): Promise<Check[]> {
  let gitlab: GitLabTools | undefined;
  const missing = await attempt('gitlab', async () => {
    gitlab = await tools.gitlab();
    return [];
  });
  if (!gitlab) return missing;
  const { gitlabFor } = gitlab;
  const limit = pLimit(AT_ONCE);
  // Without a map the tokens that are there can still be looked at.
  const used = bindings.length > 0 ? bindings.map(({ credentialRef }) => credentialRef) : listAliases(gitlab);
  const refs = [...new Set(used)];
  const credentials = await Promise.all(
    refs.map((ref) =>
      limit(() => withClient(`credential ${ref}`, ref, gitlabFor, (client) => checkCredential(ref, client, now))),
    ),
  );
  // A credential that fails would fail all its bindings once more.
  const broken = new Set(refs.filter((_, index) => credentials[index]?.some(({ level }) => level === 'FAIL')));
  const repositories = await Promise.all(
    bindings.map((binding) =>
      limit(async () => {
        const { credentialRef: ref } = binding;
        const about = bindingLabel(binding);
        if (broken.has(ref)) return [fail(about, `not looked at: its credential ${ref} does not work`)];
        return withClient(about, ref, gitlabFor, (client) => checkRepository(binding, client));
      }),
    ),
  );
  return [...credentials, ...repositories].flat();
}

function listAliases({ credentials }: GitLabTools): string[] {
  return credentials.describe().map(({ alias }) => alias);
}

function withClient(
  about: string,
  ref: string,
  gitlabFor: (ref: string) => Promise<GitLab>,
  look: (client: GitLab) => Promise<Check[]>,
): Promise<Check[]> {
  return attempt(about, async () => look(await gitlabFor(ref)));
}

async function checkJira(bindings: readonly Binding[], tools: Tools): Promise<Check[]> {
  const { projects, ofJira } = createBindings(bindings);
  // Such a deployment needs no setting of Jira.
  if (bindings.length > 0 && projects.length === 0)
    return [ok('jira', 'not asked, because no binding has a Jira project')];
  let jira: Jira | undefined;
  const identity = await attempt('jira', async () => {
    const opened = await tools.jira();
    const { displayName } = await opened.getMyself();
    jira = opened;
    return [ok('jira', `signed in as ${displayName}`)];
  });
  if (!jira) return identity;
  const opened = jira;
  const limit = pLimit(AT_ONCE);
  const checks = await Promise.all(
    projects.map(({ jiraProject }) => limit(() => checkJiraProject(ofJira(jiraProject), opened))),
  );
  return [...identity, ...checks.flat()];
}
