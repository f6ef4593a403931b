import type { Binding } from '../../shared/domain/mapping/binding.ts';
import { bindingName } from '../../shared/domain/mapping/binding-key.ts';
import { createBindings } from '../../shared/domain/mapping/bindings.ts';
import { diffMappings } from '../../shared/domain/mapping/diff-mappings.ts';
import { parseStoredMapping } from '../../shared/domain/mapping/source/parse-stored-mapping.ts';
import { listStored, type WithheldBinding } from '../../shared/domain/mapping/stored-mapping.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { describeFailure } from '../output/describe-error.ts';
import { endSentence } from '../output/end-sentence.ts';
import type { Tools } from './tools.ts';

/** The map a deployment works on, as far as it can be seen from here. */
export interface FoundMap {
  /** `undefined` when neither storage nor the source has one that can be used. */
  bindings: readonly Binding[] | undefined;
  /** Those of `bindings` that the deployment does nothing for, because this release refuses them. */
  withheld: readonly WithheldBinding[];
  /** What is odd about it, in sentences: a source that cannot be used, or one that was not put in force yet. */
  notes: string[];
}

/** The map in force is the last one that was applied, independent of the source; without one, it is the source. */
export async function findMap(tools: Pick<Tools, 'storage' | 'bindings'>): Promise<FoundMap> {
  const [source, applied] = await Promise.all([readSource(tools), readApplied(tools)]);
  if (!applied) {
    return 'bindings' in source
      ? { bindings: source.bindings, withheld: [], notes: [] }
      : { bindings: undefined, withheld: [], notes: [`There is no map to look at: ${source.problem}`] };
  }
  const inForce = `the map of generation ${applied.generation} with ${createBindings(applied.bindings)
    .entries.map(bindingName)
    .join(', ')}`;
  const notes =
    'problem' in source
      ? [`The source of the map cannot be used: ${endSentence(source.problem)} In force is ${inForce}.`]
      : describeDifference(applied.bindings, source.bindings, inForce);
  return { bindings: applied.bindings, withheld: applied.withheld, notes };
}

function describeDifference(applied: readonly Binding[], source: readonly Binding[], inForce: string): string[] {
  const { added, removed, changed } = diffMappings(applied, source);
  const keys = [...added, ...removed, ...changed.map(({ jiraProject }) => jiraProject)];
  if (keys.length === 0) return [];
  return [
    `The source of the map differs for ${keys.join(', ')} and is not in force before a reload. In force is ${inForce}.`,
  ];
}

type Source = { bindings: readonly Binding[] } | { problem: string };

async function readSource(tools: Pick<Tools, 'bindings'>): Promise<Source> {
  try {
    return { bindings: await tools.bindings() };
  } catch (error) {
    if (error instanceof UsageError) return { problem: error.message };
    if (error instanceof TaskError) return { problem: describeFailure(error) };
    throw error;
  }
}

async function readApplied({ storage }: Pick<Tools, 'storage'>) {
  const map = await (await storage()).appliedMaps.find();
  const parsed = map && parseStoredMapping(map.json);
  if (!map || !parsed) return undefined;
  return { generation: map.generation, bindings: listStored(parsed), withheld: parsed.withheld };
}

/** What is to be mended in the map in force, which an earlier release accepted. */
export function describeWithheld(withheld: readonly WithheldBinding[]): string[] {
  return withheld.flatMap(({ binding, problems }) => [
    `The binding of ${bindingName(binding)} is withheld: this release refuses what an earlier one accepted. Mend it in the map and reload:`,
    ...problems.map(({ where, message }) => `  ${where}: ${message}`),
  ]);
}
