import pLimit from 'p-limit';
import type { Binding } from '../../domain/mapping/binding.ts';
import type { WithheldBinding } from '../../domain/mapping/stored-mapping.ts';
import type { ProjectCache } from '../../domain/ports/project-cache.ts';
import { MINUTE } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';
import { singleFlight } from '../../kernel/once.ts';
import type { BindingStatus, RegistryEntry } from './registry-entry.ts';
import { quarantineFor, type Resolution, type ResolveDeps, resolveProject } from './resolve-project.ts';

/** The only place that knows which Jira project belongs to which GitLab project. */
export interface Registry {
  /**
   * Looks every repository up, at most eight at once, and logs one line per binding. Resolves also where repositories
   * are unreachable.
   */
  start(): Promise<void>;
  /**
   * The binding of a Jira project; `undefined` when it has none. It is looked up again when it is due: a quarantined
   * one after minutes, a usable one after a day.
   */
  byJira(jiraProject: string): Promise<RegistryEntry | undefined>;
  /**
   * The binding that speaks for a GitLab project: of several bindings on one project, the first in the map. `undefined`
   * when no reachable binding has this project.
   */
  byProjectId(projectId: number): Promise<RegistryEntry | undefined>;
  /**
   * Every binding in the map's order, looked up where that is due. With `confirmCredentials` a usable one is asked for
   * its credential again, so that one that was withdrawn is seen.
   */
  list(options?: { confirmCredentials?: boolean }): Promise<RegistryEntry[]>;
  /** What is known now, without a request. */
  status(): BindingStatus[];
}

export interface RegistryDeps extends Omit<ResolveDeps, 'cache'> {
  cache: ProjectCache;
  /** Fails where the credential cannot be read now, even if it could a while ago. */
  confirmCredential?: (credentialRef: string) => Promise<void>;
  bindings: readonly Binding[];
  /** Bindings of the map in force that are refused now: quarantined by name, and never looked up. */
  withheld?: readonly WithheldBinding[];
}

interface Slot {
  binding: Binding;
  entry?: RegistryEntry;
  /** When it is looked up again, at the next use: a process may live longer than what GitLab said stays true. */
  dueAt: number;
  /** Looks the repository up; two callers share the look-up under way. */
  resolve(): Promise<RegistryEntry>;
}

const MAX_LOOKUPS_AT_ONCE = 8;

type Known = Pick<ProjectCache, 'find' | 'put'>;

/** Does no I/O before the first call. */
export function createRegistry(deps: RegistryDeps): Registry {
  const limit = pLimit(MAX_LOOKUPS_AT_ONCE);
  const slots = new Map<string, Slot>();
  const announced = new Set<string>();
  let known: Known = deps.cache;
  for (const binding of deps.bindings) {
    const resolve = () => resolveSlot(slot, slot.entry ? deps : { ...deps, cache: known });
    const slot: Slot = { binding, dueAt: Number.NEGATIVE_INFINITY, resolve: singleFlight(() => limit(resolve)) };
    slots.set(binding.jiraProject, slot);
  }
  for (const withheld of deps.withheld ?? []) {
    const { binding } = withheld;
    const resolve = async () => setEntry(slot, quarantineWithheld(withheld), deps);
    const slot: Slot = { binding, dueAt: Number.NEGATIVE_INFINITY, resolve };
    slots.set(binding.jiraProject, slot);
  }

  /** What is remembered of all repositories in one request, before many are looked up for the first time. */
  const readCache = singleFlight(async () => {
    const unknown = [...slots.values()].filter(({ entry }) => !entry).length;
    if (known !== deps.cache || unknown < MAX_LOOKUPS_AT_ONCE) return;
    try {
      const entries = await deps.cache.list();
      known = { find: async (key) => entries.get(key), put: deps.cache.put };
    } catch (error) {
      deps.log.warn('project cache not readable', { error });
    }
  });

  async function lookUp(slot: Slot): Promise<RegistryEntry> {
    return slot.entry && deps.clock.now() < slot.dueAt ? slot.entry : slot.resolve();
  }

  /** Logs a usable binding once. */
  function announce(entry: RegistryEntry): RegistryEntry {
    const { jiraProject } = entry.binding;
    if (entry.state === 'ready' && !announced.has(jiraProject)) logBinding(entry, deps.log, undefined);
    announced.add(jiraProject);
    return entry;
  }

  async function confirm(slot: Slot): Promise<RegistryEntry> {
    const entry = await lookUp(slot);
    if (entry.state === 'ready') {
      try {
        await limit(async () => deps.confirmCredential?.(slot.binding.credentialRef));
      } catch (error) {
        return setEntry(slot, { ...quarantineFor(error), error }, deps);
      }
    }
    return entry;
  }

  async function list({ confirmCredentials = false } = {}): Promise<RegistryEntry[]> {
    await readCache();
    return Promise.all([...slots.values()].map(confirmCredentials ? confirm : lookUp));
  }

  return {
    async start() {
      const entries = await list();
      for (const entry of entries) announce(entry);
      logSharedProjects(entries, deps.log);
    },

    async byJira(jiraProject) {
      const slot = slots.get(jiraProject.toUpperCase());
      return slot && announce(await lookUp(slot));
    },

    async byProjectId(projectId) {
      const found = (await list()).find((entry) => entry.state === 'ready' && entry.project.projectId === projectId);
      return found && announce(found);
    },

    list,
    status: () => [...slots.values()].map(toStatus),
  };
}

async function resolveSlot(slot: Slot, deps: ResolveDeps): Promise<RegistryEntry> {
  return setEntry(slot, await resolveProject(slot.binding, deps), deps);
}

function setEntry(slot: Slot, resolution: Resolution, deps: ResolveDeps): RegistryEntry {
  const { binding } = slot;
  const before = slot.entry?.state;
  const { since, retryAt } = spanOf(slot, deps);
  slot.entry =
    resolution.state === 'ready'
      ? { state: 'ready', binding, project: resolution.project }
      : { state: 'quarantined', binding, quarantine: { ...resolution.why, since, retryAt } };
  slot.dueAt = (resolution.state === 'ready' && resolution.freshUntil) || retryAt;
  // A runner looks up a thousand bindings for one run: of those that are as they should be only the one that is asked
  // for is logged.
  if (resolution.state === 'quarantined') logBinding(slot.entry, deps.log, resolution.error);
  else if (before === 'quarantined') logBinding(slot.entry, deps.log, undefined);
  return slot.entry;
}

function quarantineWithheld({ problems }: WithheldBinding): Resolution {
  const what = problems.map(({ message }) => message).join('; ');
  const hint = `This release refuses the binding that an earlier one accepted: ${what}. Mend it in the map and reload.`;
  return { state: 'quarantined', why: { reason: 'map-refused', hint } };
}

/** How long a quarantined repository is left alone. */
const RETRY_AFTER_MS = 5 * MINUTE;

function spanOf(slot: Slot, { clock }: ResolveDeps) {
  const now = clock.now();
  const since = slot.entry?.state === 'quarantined' ? slot.entry.quarantine.since : now;
  return { since, retryAt: now + RETRY_AFTER_MS };
}

function logBinding(entry: RegistryEntry, log: Log, error: unknown): void {
  const fields = {
    jiraProject: entry.binding.jiraProject,
    repo: entry.binding.repo,
    targetBranch: entry.binding.targetBranch,
    credentialRef: entry.binding.credentialRef,
    credential: entry.binding.credentialRef === 'default' ? 'default' : 'named',
    state: entry.state,
  };
  if (entry.state === 'ready') {
    log.info('binding', { ...fields, projectId: entry.project.projectId });
  } else {
    const { reason, status, hint } = entry.quarantine;
    log.warn('binding', { ...fields, reason, status, hint, ...(error === undefined ? {} : { error }) });
  }
}

function logSharedProjects(entries: RegistryEntry[], log: Log): void {
  const first = new Map<number, string>();
  for (const entry of entries) {
    if (entry.state !== 'ready') continue;
    const { projectId } = entry.project;
    const speaker = first.get(projectId);
    if (speaker === undefined) first.set(projectId, entry.binding.jiraProject);
    else log.warn('bindings share a project', { projectId, speaker, jiraProject: entry.binding.jiraProject });
  }
}

function toStatus({ binding, entry }: Slot): BindingStatus {
  const { jiraProject, repo, targetBranch, credentialRef } = binding;
  return {
    jiraProject,
    repo,
    targetBranch,
    credentialRef,
    state: entry?.state ?? 'pending',
    ...(entry?.state === 'ready' ? { projectId: entry.project.projectId } : {}),
    ...(entry?.state === 'quarantined' ? { quarantine: entry.quarantine } : {}),
  };
}
