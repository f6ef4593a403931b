import pLimit from 'p-limit';
import type { Binding } from '../../domain/mapping/binding.ts';
import { bindingKey, bindingName, entryKey, routeKey } from '../../domain/mapping/binding-key.ts';
import { chooseSpeaker } from '../../domain/mapping/choose-speaker.ts';
import type { WithheldBinding } from '../../domain/mapping/stored-mapping.ts';
import type { CachedProject, ProjectCache } from '../../domain/ports/project-cache.ts';
import { type Clock, MINUTE } from '../../kernel/clock.ts';
import { createPace } from '../../kernel/create-pace.ts';
import type { Log } from '../../kernel/log.ts';
import { singleFlight } from '../../kernel/once.ts';
import { createListedGitLab, type GroupGitLab } from './list-groups.ts';
import type { BindingStatus, RegistryEntry } from './registry-entry.ts';
import {
  freshUntilOf,
  projectCacheKey,
  quarantineFor,
  type Resolution,
  type ResolveDeps,
  resolveProject,
} from './resolve-project.ts';

/** The only place that knows which Jira project belongs to which GitLab project. */
export interface Registry {
  /**
   * Looks every repository up, those of one group together and the others at most eight at once and 300 a minute, and
   * logs one line per binding. Resolves also where repositories are unreachable.
   */
  start(): Promise<void>;
  /**
   * The binding of a Jira project, or of one of its routes; `undefined` when it has none. It is looked up again when it
   * is due: a quarantined one after minutes, a usable one after a day. A project that is withheld has no routes.
   */
  byJira(jiraProject: string, route?: string): Promise<RegistryEntry | undefined>;
  /**
   * The binding that speaks for a GitLab project, as `chooseSpeaker` says. `undefined`
   * when no reachable binding has this project. `path` is where it stands, for a caller that knows it: then none of the
   * other repositories is waited for, also where nothing is known of any. Of bindings that name one project by
   * different paths, one that was never looked up does not speak yet.
   */
  byProjectId(projectId: number, path?: string): Promise<RegistryEntry | undefined>;
  /**
   * Every binding of a GitLab project in the map's order, with those at the same paths that are quarantined; looks up
   * no other repository than these, unless none of them is usable.
   */
  listOfProject(projectId: number, path?: string): Promise<RegistryEntry[]>;
  /**
   * Every binding in the map's order, looked up where that is due. With `confirmCredentials` a usable one is asked for
   * its credential again, so that one that was withdrawn is seen.
   */
  list(options?: { confirmCredentials?: boolean }): Promise<RegistryEntry[]>;
  /** What is known now, without a request. */
  status(): BindingStatus[];
}

export interface RegistryDeps extends Omit<ResolveDeps, 'cache' | 'clock' | 'gitlabFor'> {
  cache: ProjectCache;
  clock: Clock;
  /** @throws {TaskError} `credential-unknown` */
  gitlabFor(credentialRef: string): GroupGitLab | Promise<GroupGitLab>;
  /** Fails where the credential cannot be read now, even if it could a while ago. */
  confirmCredential?: (credentialRef: string) => Promise<void>;
  bindings: readonly Binding[];
  /** Bindings of the map in force that are refused now: quarantined by name, and never looked up. */
  withheld?: readonly WithheldBinding[];
}

interface Slot {
  binding: Binding;
  /** Of what is remembered about its repository. */
  key: string;
  /** Why this release refuses the binding; absent for the others. */
  withheld?: WithheldBinding;
  entry?: RegistryEntry;
  /** When it is looked up again, at the next use: a process may live longer than what GitLab said stays true. */
  dueAt: number;
  /** The look-up of this one under way, which its callers share. */
  running?: Promise<RegistryEntry>;
}

const MAX_LOOKUPS_AT_ONCE = 8;

/** GitLab.com allows an account 400 requests a minute for single projects; the other hundred are for events. */
const MAX_SINGLE_LOOKUPS_PER_MINUTE = 300;

type Known = Pick<ProjectCache, 'find' | 'put'>;

/** Does no I/O before the first call. */
export function createRegistry(deps: RegistryDeps): Registry {
  const { clock, log, gitlabUrl } = deps;
  const limit = pLimit(MAX_LOOKUPS_AT_ONCE);
  const pace = createPace({ perMinute: MAX_SINGLE_LOOKUPS_PER_MINUTE, clock });
  const slots = new Map<string, Slot>();
  const announced = new Set<string>();
  const withheldSlots = new Map<string, Slot>();
  /** By key, as it was when it was read. */
  let remembered: Map<string, CachedProject> | undefined;
  const addSlot = (binding: Binding, withheld?: WithheldBinding): Slot => {
    const slot: Slot = {
      binding,
      key: projectCacheKey(binding, gitlabUrl),
      dueAt: Number.NEGATIVE_INFINITY,
      ...(withheld ? { withheld } : {}),
    };
    slots.set(bindingKey(binding), slot);
    return slot;
  };
  for (const binding of deps.bindings) addSlot(binding);
  for (const withheld of deps.withheld ?? [])
    withheldSlots.set(entryKey(withheld.binding), addSlot(withheld.binding, withheld));

  /** What is remembered of all repositories, in one request. */
  const readCache = singleFlight(async () => {
    try {
      remembered = await deps.cache.list();
    } catch (error) {
      log.warn('project cache not readable', { error });
    }
  });

  const isDue = ({ entry, dueAt }: Slot) => !entry || clock.now() >= dueAt;

  async function lookUp(slot: Slot): Promise<RegistryEntry> {
    if (slot.entry && !isDue(slot)) return slot.entry;
    slot.running ??= resolveSlot(slot, { ...deps, cache: cacheFor(slot) }).finally(() => {
      delete slot.running;
    });
    return slot.running;
  }

  /** Another process may have written since it was read, so what is due again is read again. */
  function cacheFor({ entry }: Slot): Known {
    return entry || !remembered ? deps.cache : { find: findIn(remembered), put: deps.cache.put };
  }

  /** Looks up what is due, many at once. Whom one repository is enough for looks that one up and does not wait here. */
  const lookUpDue = singleFlight(async () => {
    const due = [...slots.values()].filter(isDue);
    if (due.length > 1 && (!remembered || due.some(({ entry }) => entry))) await readCache();
    const find = remembered && due.length > 1 ? findIn(remembered) : deps.cache.find;
    const found = new Map<string, CachedProject>();
    const put = async (key: string, project: CachedProject) => void found.set(key, project);
    const asked = due.filter(isAskedFor).map(({ binding }) => binding);
    const using = { ...deps, cache: { find, put }, gitlabFor: createListedGitLab(asked, { ...deps, pace }) };
    const lookUpOne = async (slot: Slot) => void (isDue(slot) && (await (slot.running ?? resolveSlot(slot, using))));
    await Promise.all(due.map((slot) => limit(() => lookUpOne(slot))));
    await keep(found);
  });

  /** Whether GitLab has to be asked. */
  function isAskedFor({ key, withheld }: Slot): boolean {
    const known = remembered?.get(key);
    return !withheld && (!known || clock.now() >= freshUntilOf(key, known.resolvedAt));
  }

  async function keep(found: ReadonlyMap<string, CachedProject>): Promise<void> {
    try {
      await deps.cache.putAll(found);
    } catch (error) {
      log.warn('project cache not writable', { error });
    }
  }

  /** Logs a usable binding once. */
  function announce(entry: RegistryEntry): RegistryEntry {
    const key = bindingKey(entry.binding);
    if (entry.state === 'ready' && !announced.has(key)) logBinding(entry, log, undefined);
    announced.add(key);
    return entry;
  }

  async function confirm(slot: Slot, entry: RegistryEntry): Promise<RegistryEntry> {
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
    await lookUpDue();
    const confirmed = async (slot: Slot) => {
      // Also where it is due again by now, because the others took so long.
      const entry = slot.entry ?? (await lookUp(slot));
      return confirmCredentials ? confirm(slot, entry) : entry;
    };
    return Promise.all([...slots.values()].map(confirmed));
  }

  /** What is known of its project without a request to GitLab; a project keeps its id. */
  function idOf({ entry, key }: Slot): number | undefined {
    return entry?.state === 'ready' ? entry.project.projectId : remembered?.get(key)?.projectId;
  }

  async function listOfProject(projectId: number, path?: string): Promise<RegistryEntry[]> {
    if (!remembered && [...slots.values()].some(({ entry }) => !entry)) await readCache();
    const known = [...slots.values()].filter((slot) => idOf(slot) === projectId).map(({ binding }) => binding.repo);
    const near = await listAt(projectId, path === undefined ? known : [path, ...known]);
    if (near.some(({ state }) => state === 'ready')) return near;
    // It may be one that nothing is known of, by a path that it had before.
    const repos = (await list()).filter((entry) => isOf(entry, projectId)).map(({ binding }) => binding.repo);
    return listAt(projectId, repos);
  }

  /** Those of the project, and those at one of these paths that cannot be looked up. */
  async function listAt(projectId: number, repos: readonly string[]): Promise<RegistryEntry[]> {
    const paths = new Set(repos.map((repo) => repo.toLowerCase()));
    const chosen = [...slots.values()].filter(
      (slot) => idOf(slot) === projectId || paths.has(slot.binding.repo.toLowerCase()),
    );
    const entries = await Promise.all(chosen.map((slot) => lookUp(slot)));
    return entries.filter((entry) => entry.state === 'quarantined' || isOf(entry, projectId));
  }

  return {
    async start() {
      const entries = await list();
      for (const entry of entries) announce(entry);
      logSharedProjects(entries, log);
    },

    async byJira(jiraProject, route) {
      const project = jiraProject.toUpperCase();
      const slot = slots.get(routeKey(project, route)) ?? withheldSlots.get(project);
      return slot && announce(await lookUp(slot));
    },

    async byProjectId(projectId, path) {
      const ready = (await listOfProject(projectId, path)).filter(({ state }) => state === 'ready');
      const found = chooseSpeaker(ready);
      return found && announce(found);
    },

    listOfProject,
    list,
    status: () => [...slots.values()].map(toStatus),
  };
}

function findIn(remembered: ReadonlyMap<string, CachedProject>): Known['find'] {
  return async (key) => remembered.get(key);
}

function isOf(entry: RegistryEntry, projectId: number): boolean {
  return entry.state === 'ready' && entry.project.projectId === projectId;
}

async function resolveSlot(slot: Slot, deps: ResolveDeps): Promise<RegistryEntry> {
  const { binding, withheld } = slot;
  return setEntry(slot, withheld ? quarantineWithheld(withheld) : await resolveProject(binding, deps), deps);
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
    ...nameProject(entry.binding),
    ...(entry.binding.route ? { route: entry.binding.route.name } : {}),
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
  for (const entry of entries) {
    if (entry.state !== 'ready') continue;
    const { projectId } = entry.project;
    const others = entries.filter((other) => isOf(other, projectId));
    const speaker = bindingName((chooseSpeaker(others) ?? entry).binding);
    // Routes of one project may well lead to parts of one repository.
    if (speaker !== bindingName(entry.binding))
      log.warn('bindings share a project', { projectId, speaker, binding: bindingName(entry.binding) });
  }
}

function nameProject({ jiraProject }: Binding): Pick<Binding, 'jiraProject'> {
  return jiraProject === undefined ? {} : { jiraProject };
}

function toStatus({ binding, entry }: Slot): BindingStatus {
  const { route, repo, targetBranch, credentialRef } = binding;
  return {
    ...nameProject(binding),
    ...(route ? { route: route.name } : {}),
    repo,
    targetBranch,
    credentialRef,
    state: entry?.state ?? 'pending',
    ...(entry?.state === 'ready' ? { projectId: entry.project.projectId } : {}),
    ...(entry?.state === 'quarantined' ? { quarantine: entry.quarantine } : {}),
  };
}
