import type { Binding } from '../../domain/mapping/binding.ts';
import { bindingName } from '../../domain/mapping/binding-key.ts';
import type { MappingProblem } from '../../domain/mapping/problem.ts';
import { parseRuntimeMapping } from '../../domain/mapping/source/parse-runtime-mapping.ts';
import {
  describeUnservedImage,
  isServed,
  NO_RUNNER_IMAGES,
  type RunnerImages,
} from '../../domain/runs/runner-image.ts';
import { MappingError } from './mapping-error.ts';

/** A credential that bindings name and that cannot be read. */
export interface CredentialProblem extends MappingProblem {
  credentialRef: string;
  /** There is no credential of that name, as after a typo; otherwise it is there and is withheld for now. */
  isUnknown: boolean;
}

export interface MapSourceDeps {
  /**
   * Reads the JSON text: the setting, or the file or blob it names. `wasApplied` says whether a map was ever put in
   * force, and is asked only where a source is absent that something could stand in for. @throws {MappingError}
   */
  readText: (wasApplied: () => Promise<boolean>) => Promise<string>;
  /** Asks for every credential the bindings name, past every cache. */
  checkCredentials: (bindings: readonly Binding[]) => Promise<CredentialProblem[]>;
  /** Absent: bindings can name no image. */
  runnerImages?: RunnerImages;
}

export interface SourceMap {
  bindings: readonly Binding[];
  /**
   * Bindings that will be quarantined: their credential is withheld, or is gone although the map in force uses it, or
   * no runner has their image.
   */
  warnings: MappingProblem[];
}

/**
 * The map as the source holds it. An unknown credential stops a map that names it for the first time, because that is a
 * typo; one the map in force uses already is the trouble of its own bindings, and must not hold up other teams. With
 * `checks: 'new'` only credentials that the map in force does not use are asked for. `isFirst`: no map was ever in
 * force.
 * @throws {MappingError} with every problem.
 */
export async function readSource(
  inForce: readonly Binding[],
  deps: MapSourceDeps,
  { checks = 'all', isFirst = false }: { checks?: 'all' | 'new'; isFirst?: boolean } = {},
): Promise<SourceMap> {
  const parsed = parseRuntimeMapping(await deps.readText(async () => !isFirst));
  if ('problems' in parsed) throw new MappingError(parsed.problems);
  const used = new Set(inForce.map(({ credentialRef }) => credentialRef));
  const isChecked = ({ credentialRef }: Binding) => checks === 'all' || !used.has(credentialRef);
  const found = await deps.checkCredentials(parsed.bindings.filter(isChecked));
  const isBlocking = ({ isUnknown, credentialRef }: CredentialProblem) => isUnknown && !used.has(credentialRef);
  const blocking = found.filter(isBlocking);
  if (blocking.length > 0) throw new MappingError(blocking.map(toProblem));
  const warnings = [...found.map(toProblem), ...findUnservedImages(parsed.bindings, deps)];
  return { bindings: parsed.bindings, warnings };
}

function findUnservedImages(
  bindings: readonly Binding[],
  { runnerImages = NO_RUNNER_IMAGES }: Pick<MapSourceDeps, 'runnerImages'>,
): MappingProblem[] {
  return bindings.flatMap((binding) => {
    const { route, image } = binding;
    if (image === undefined || isServed(image, runnerImages)) return [];
    const where = `mappings.${bindingName(binding)}${route ? `.routes.${route.name}` : ''}.image`;
    return [{ where, message: describeUnservedImage(image, runnerImages) }];
  });
}

function toProblem({ where, message }: CredentialProblem): MappingProblem {
  return { where, message };
}
