import type { Binding } from '../../../../shared/domain/mapping/binding.ts';
import type { WithheldBinding } from '../../../../shared/domain/mapping/stored-mapping.ts';
import type { AppliedMapVersion } from '../../../../shared/domain/ports/applied-maps.ts';
import { type PollerState, TOKEN_ROW } from '../../../../shared/domain/ports/poller-states.ts';
import type { Storage } from '../../../../shared/domain/ports/storage.ts';
import { silentLog } from '../../../../shared/kernel/log.ts';
import { createRegistry } from '../../../../shared/services/projects/create-registry.ts';
import type { RegistryEntry } from '../../../../shared/services/projects/registry-entry.ts';
import { UsageError } from '../../../arguments/usage-error.ts';
import { describeWithheld } from '../../../clients/find-map.ts';
import { describeRefusedMap } from '../../explain/explain-subject.ts';
import type { Board } from './board.ts';

export interface BindingsState {
  version: AppliedMapVersion | undefined;
  /** What is odd about the map or its source. */
  notes: string[];
  entries: BindingEntry[];
  /** Why GitLab was not asked. */
  notAsked?: string;
  pollers: ReadonlyMap<string, PollerState>;
}

/** A binding, and what became of its repository where GitLab was asked. */
export type BindingEntry = RegistryEntry | { state: 'unknown'; binding: Binding };

/** The map in force, and its repositories as GitLab shows them to the credentials of this machine. */
export async function readBindings(board: Board): Promise<BindingsState> {
  const storage = await board.storage();
  const [{ bindings = [], withheld, notes }, version, refused, pollers] = await Promise.all([
    board.map(),
    storage.appliedMaps.findVersion(),
    describeRefusedMap(storage),
    listPollers(storage),
  ]);
  const looked = await board.keep('bindings', () => lookUp({ bindings, withheld }, board, storage));
  return {
    version,
    notes: [...describeWithheld(withheld), ...(refused.length > 0 ? refused : notes)],
    ...looked,
    pollers,
  };
}

async function listPollers({ pollers }: Storage): Promise<Map<string, PollerState>> {
  return new Map([...(await pollers.list())].filter(([name]) => !name.startsWith(TOKEN_ROW)));
}

/** By the rules of the programs; what is found is not written into their cache. */
async function lookUp(
  { bindings, withheld }: { bindings: readonly Binding[]; withheld: readonly WithheldBinding[] },
  { tools, clock }: Board,
  { projects }: Storage,
): Promise<Pick<BindingsState, 'entries' | 'notAsked'>> {
  try {
    const { url, gitlabFor } = await tools.gitlab();
    const cache = { ...projects, put: async () => {}, putAll: async () => {} };
    const refused = new Set(withheld.map(({ binding }) => binding));
    const allowed = bindings.filter((binding) => !refused.has(binding));
    const registry = createRegistry({
      bindings: allowed,
      withheld,
      gitlabUrl: url,
      gitlabFor,
      runnerImages: tools.runnerImages(),
      cache,
      clock,
      log: silentLog,
    });
    return { entries: await registry.list() };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { entries: bindings.map((binding) => ({ state: 'unknown', binding })), notAsked: error.message };
  }
}
