import { dirname } from 'node:path';
import * as z from 'zod';
import { findForeignRemote, findGitLabRemote } from '../../../shared/adapters/git-remote/find-gitlab-remote.ts';
import { type Binding, hasJiraProject } from '../../../shared/domain/mapping/binding.ts';
import { toEnvironmentName } from '../../../shared/domain/mapping/credential-names.ts';
import { hasCode } from '../../../shared/kernel/has-code.ts';
import { decodeText } from '../../../shared/kernel/text/decode-text.ts';
import { toIso } from '../../../shared/kernel/to-iso.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import type { CliIO } from '../../io/io.ts';
import { describeFileError } from '../../io/read-input.ts';
import { parseMappingBytes } from '../../io/read-mapping.ts';
import { answer } from '../../output/answer.ts';
import { refuseMapping } from '../../output/refuse-mapping.ts';
import { chooseBinding } from './choose-binding.ts';
import { draftMapping } from './draft-mapping.ts';

export const InitOptions = z.object({
  path: z.string().default('cmap.yaml'),
  jiraProject: z.string().optional(),
  reviewsOnly: z.boolean().default(false),
  repo: z.string().optional(),
  targetBranch: z.string().optional(),
  credentialRef: z.string().optional(),
  yes: z.boolean().default(false),
  dryRun: z.boolean().default(false),
  json: z.boolean().default(false),
});
export type InitOptions = z.infer<typeof InitOptions>;

/**
 * Writes a binding for the clone it runs in, into a new mapping file or an existing one. What it does not know from
 * options, the file, or the clone, it asks. An existing file is changed only after a yes, and after a copy of it was
 * kept.
 */
export async function init(options: InitOptions, io: CliIO): Promise<number> {
  const { path, dryRun } = options;
  if (path === '-') throw new UsageError('init writes a file and cannot write to standard input; name the file');
  const bytes = await readExisting(path, io);
  const existing = bytes === undefined ? { bindings: [] } : await parseMappingBytes(bytes, path, io);
  if ('problems' in existing) return refuseMapping({ path, ...existing, json: options.json }, io);

  const decoded = bytes && decodeText(bytes);
  const before = decoded && 'text' in decoded ? decoded.text : undefined;

  const found = await findGitLabRemote({ directory: io.cwd, gitlabUrl: io.env['GITLAB_URL'] });
  const mayAsk = io.isInteractive && !options.yes && !options.json;
  const choice = await chooseBinding({
    options,
    bindings: existing.bindings,
    found,
    ...(found ? {} : { foreign: await findForeignRemote(io.cwd) }),
    prompts: mayAsk ? io.prompts : undefined,
  });
  if (!choice) return nothingWritten(path, io);

  const { text, binding } = draftMapping(before, choice);
  if (dryRun) return report({ ...options, text, binding, written: false }, io);
  if (text === before) return report({ ...options, text, binding, written: false }, io);
  if (before !== undefined && !options.yes) {
    if (!mayAsk)
      throw new UsageError(`${path} is there already; --yes changes it and keeps a copy, --dry-run shows the result`);
    io.print(text);
    if (!(await io.prompts.confirm({ message: `Change ${path} to this? A copy of it is kept.` })))
      return nothingWritten(path, io);
  }

  const backup = before === undefined ? undefined : `${path}.${toStamp(io.clock.now())}.bak`;
  await write({ path, text, backup }, io);
  return report({ ...options, text, binding, written: true, backup }, io);
}

async function readExisting(path: string, io: CliIO): Promise<Uint8Array | undefined> {
  try {
    return await io.readFile(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw new UsageError(`${path}: ${describeFileError(error)}`, { cause: error });
  }
}

async function write(
  { path, text, backup }: { path: string; text: string; backup: string | undefined },
  io: CliIO,
): Promise<void> {
  // A mapping is written beside what is there; a mistyped path makes no folders.
  const folder = dirname(path);
  if (folder !== '.' && !(await io.listFolder(folder))) {
    throw new UsageError(`${path} was not written: there is no such folder`);
  }
  try {
    if (backup !== undefined) await io.copyFile(path, backup);
    await io.writeFile(path, text);
  } catch (error) {
    const reason = hasCode(error, 'ENOENT') ? 'there is no such folder' : describeFileError(error);
    throw new UsageError(`${path} was not written: ${reason}`, { cause: error });
  }
}

interface Report {
  path: string;
  text: string;
  binding: Binding;
  written: boolean;
  backup?: string | undefined;
  dryRun: boolean;
  json: boolean;
}

function report({ path, text, binding, written, backup, dryRun, json }: Report, io: CliIO): number {
  const { repo, targetBranch, credentialRef } = binding;
  const forTickets = hasJiraProject(binding) ? { jira_project: binding.jiraProject, target_branch: targetBranch } : {};
  const chosen = { ...forTickets, repo, credential_ref: credentialRef };
  const what = hasJiraProject(binding)
    ? `${binding.jiraProject} -> ${repo}, branch ${targetBranch}`
    : `${repo}, without a Jira project: reviews and answers only`;
  const document = { path, written, backup: backup ?? null, binding: chosen, text };
  const environmentName = toEnvironmentName(credentialRef);
  const lines = () => [
    `${path}: ${written ? 'written' : 'already says this; nothing was changed'}`,
    `  ${what}, credential ${credentialRef} (${environmentName})`,
    ...(backup === undefined
      ? []
      : [`The file as it was is kept in ${backup}; to go back: mv ${quote(backup)} ${quote(path)}`]),
    `Next: cmap validate ${quote(path)}. For completion in your editor: cmap schema > cmap.schema.json`,
  ];
  return answer({ json, document, text: dryRun ? () => text.trimEnd() : lines, verbatim: dryRun }, io);
}

function nothingWritten(path: string, io: CliIO): number {
  io.tell(`${path}: nothing was written`);
  return 0;
}

/** `2026-01-31T10-20-30-123Z`: sorts by time and is a file name everywhere. */
function toStamp(now: number): string {
  return toIso(now).replaceAll(/[:.]/g, '-');
}

function quote(file: string): string {
  return /^[\w./:@-]+$/.test(file) ? file : `'${file.replaceAll("'", `'\\''`)}'`;
}
