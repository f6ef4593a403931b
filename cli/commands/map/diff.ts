import * as z from 'zod';
import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import { bindingName } from '../../../shared/domain/mapping/binding-key.ts';
import { diffMappings, type FieldChange, listFieldChanges } from '../../../shared/domain/mapping/diff-mappings.ts';
import { requiredCredentials } from '../../../shared/domain/mapping/required-credentials.ts';
import { fitText } from '../../../shared/kernel/text/fit-text.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import { findMap } from '../../clients/find-map.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { readMappings } from '../../io/read-mappings.ts';
import { answer } from '../../output/answer.ts';
import { countOf } from '../../output/count-of.ts';
import { refuseMappings } from '../../output/refuse-mapping.ts';
import { type BlastRadius, findBlastRadius } from './find-blast-radius.ts';

export const DiffOptions = z.object({ old: z.string(), new: z.string().optional(), json: z.boolean().default(false) });
export type DiffOptions = z.infer<typeof DiffOptions>;

interface MapDifference {
  added: string[];
  removed: string[];
  changed: { jiraProject: string; fields: string[]; changes: FieldChange[] }[];
  /** Environment names of credentials only one of the two maps needs. */
  credentials: { needed: string[]; unused: string[] };
}

type Difference = MapDifference & BlastRadius;

/**
 * Says what a new map changes: bindings, credentials, and the runs at work and open merge requests that it touches.
 * With one file the deployed map is the old one. Exit code 0 also where they differ.
 */
export async function diff(
  { old, new: newer, json }: DiffOptions,
  io: CliIO,
  tools: Pick<Tools, 'storage' | 'bindings' | 'gitlab'> = createTools(io),
): Promise<number> {
  const files = await readMappings([newer ?? old], io);
  if ('bad' in files) return refuseMappings({ bad: files.bad, json }, io);
  const before = newer === undefined ? await readDeployed(tools) : await readMappings([old], io);
  if ('bad' in before) return refuseMappings({ bad: before.bad, json }, io);
  const compared = compare(before.bindings, files.bindings);
  const touched = new Set([...compared.removed, ...compared.changed.map(({ jiraProject }) => jiraProject)]);
  const isDeployed = newer === undefined;
  const radius = await findBlastRadius({ before: before.bindings, touched, isDeployed }, tools, io.env);
  for (const note of radius.notes) io.warn(`cmap: ${note}`);
  const difference = { ...compared, ...radius };
  return answer({ json, document: difference, text: () => describe(difference) }, io);
}

async function readDeployed(tools: Pick<Tools, 'storage' | 'bindings'>): Promise<{ bindings: readonly Binding[] }> {
  const { bindings, notes } = await findMap(tools);
  if (bindings) return { bindings };
  throw new UsageError(`${notes.join(' ')} To compare two files: cmap diff OLD NEW`);
}

function compare(before: readonly Binding[], after: readonly Binding[]): MapDifference {
  const { added, removed, changed } = diffMappings(before, after);
  const detailed = changed.map((one) => ({ ...one, changes: listChanges(one.jiraProject, before, after) }));
  const [old, now] = [before, after].map((bindings) =>
    requiredCredentials(bindings).map(({ ref, environmentName, place }) =>
      place === undefined ? environmentName : ref,
    ),
  );
  const credentials = {
    needed: (now ?? []).filter((name) => !old?.includes(name)),
    unused: (old ?? []).filter((name) => !now?.includes(name)),
  };
  return { added, removed, changed: detailed, credentials };
}

function listChanges(jiraProject: string, before: readonly Binding[], after: readonly Binding[]): FieldChange[] {
  const ofProject = (binding: Binding) => bindingName(binding) === jiraProject;
  return listFieldChanges(before.filter(ofProject), after.filter(ofProject));
}

/** Characters of a value: of a long one its beginning tells it. */
const SHOWN_VALUE = 60;

function showValue(value: unknown): string {
  return fitText(JSON.stringify(value ?? null), SHOWN_VALUE);
}

function describe({ added, removed, changed, credentials, runs, mergeRequests }: Difference): string[] {
  const lines = [
    ...added.map((key) => `+ ${key}`),
    ...removed.map((key) => `- ${key}`),
    ...changed.flatMap(({ jiraProject, changes }) => [
      `~ ${jiraProject}`,
      ...changes.map(
        ({ field, ...values }) => `    ${field}: ${showValue(values.before)} -> ${showValue(values.after)}`,
      ),
    ]),
  ];
  if (lines.length === 0) return ['The two maps are the same.'];
  return [
    ...lines,
    '',
    `${countOf(added.length, 'binding')} more, ${removed.length} fewer, ${changed.length} changed`,
    ...credentials.needed.map((name) => `needs ${name} as well`),
    ...credentials.unused.map((name) => `needs ${name} no longer`),
    ...shorten(runs.map(({ runId, jiraProject, state }) => `touches ${runId} of ${jiraProject}, which is ${state}`)),
    ...shorten(mergeRequests.map(({ name, issueKey, url }) => `touches ${name} of ${issueKey}, which is open: ${url}`)),
  ];
}

/** As many as a person reads; `--json` has all. */
const SHOWN_LINES = 30;

function shorten(lines: readonly string[]): string[] {
  const more = lines.length - SHOWN_LINES;
  return more > 0 ? [...lines.slice(0, SHOWN_LINES), `and ${more} more; --json has all`] : [...lines];
}
