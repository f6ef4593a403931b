import * as z from 'zod';

import { TaskError } from '../../../shared/kernel/errors.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import { createTools, type GitLabTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { describeEnvironment } from '../../output/describe-environment.ts';
import { describeFailure } from '../../output/describe-error.ts';
import { formatTable } from '../../output/format-table.ts';

export const WhoamiOptions = z.object({ json: z.boolean().default(false) });
export type WhoamiOptions = z.infer<typeof WhoamiOptions>;

interface Identity {
  system: 'gitlab' | 'jira';
  /** The alias of the credential; Jira has one. */
  credential: string;
  id?: string | number;
  name?: string;
  problem?: string;
}

/**
 * Says who cmap is: the AGENT_ID of the deployment, its account in GitLab for each credential, and the one in Jira, and
 * on which environment it works.
 */
export async function whoami(
  { json }: WhoamiOptions,
  io: CliIO,
  tools: Pick<Tools, 'agentId' | 'gitlab' | 'jira' | 'bindings'> = createTools(io),
): Promise<number> {
  const credential = io.env['JIRA_OAUTH_CLIENT_ID'] ? 'JIRA_OAUTH_CLIENT_ID' : 'JIRA_API_TOKEN';
  const identities = [...(await askGitLab(tools)), await askJira(credential, tools)];
  const ok = identities.every(({ problem }) => problem === undefined);
  const { environment } = io;
  const agentId = tools.agentId();
  const text = () => [
    ...(environment ? [`environment ${describeEnvironment(environment)}`] : []),
    `agent ${agentId} (AGENT_ID)`,
    '',
    formatTable(['SYSTEM', 'CREDENTIAL', 'WHO'], identities.map(toRow), io),
  ];
  const document = { ...(environment ? { environment: environment.name } : {}), agentId, identities };
  return answer({ json, document, text, ok }, io);
}

function toRow({ system, credential, name, id, problem }: Identity): string[] {
  return [system, credential, problem === undefined ? `${name} (${id})` : `FAIL ${problem}`];
}

async function askGitLab(tools: Pick<Tools, 'gitlab' | 'bindings'>): Promise<Identity[]> {
  let gitlab: GitLabTools;
  try {
    gitlab = await tools.gitlab();
  } catch (error) {
    return [{ system: 'gitlab', credential: '-', problem: describe(error) }];
  }
  return Promise.all((await listAliases(gitlab, tools)).map((alias) => askOne(alias, gitlab)));
}

/** Aliases of the Key Vault are only known by the bindings that use them. */
async function listAliases({ credentials }: GitLabTools, tools: Pick<Tools, 'bindings'>): Promise<string[]> {
  const known = credentials.describe().map(({ alias }) => alias);
  try {
    const used = (await tools.bindings()).map(({ credentialRef }) => credentialRef);
    return [...new Set([...known, ...used])].toSorted();
  } catch (error) {
    if (error instanceof UsageError || error instanceof TaskError) return known;
    throw error;
  }
}

async function askOne(alias: string, { gitlabFor }: GitLabTools): Promise<Identity> {
  try {
    const { username, id } = await (await gitlabFor(alias)).getCurrentUser();
    return { system: 'gitlab', credential: alias, name: username, id };
  } catch (error) {
    return { system: 'gitlab', credential: alias, problem: describe(error) };
  }
}

async function askJira(credential: string, tools: Pick<Tools, 'jira'>): Promise<Identity> {
  try {
    const { displayName, accountId } = await (await tools.jira()).getMyself();
    return { system: 'jira', credential, name: displayName, id: accountId };
  } catch (error) {
    return { system: 'jira', credential, problem: describe(error) };
  }
}

function describe(error: unknown): string {
  if (error instanceof TaskError) return describeFailure(error);
  if (error instanceof UsageError) return error.message;
  throw error;
}
