import { setTimeout as delay } from 'node:timers/promises';
import type { Environment } from '../../environment/start-environment.ts';
import type { FunctionsInstance } from '../../environment/start-functions.ts';

/** Starts a functions instance again whenever one has ended, as the platform does. */
export interface KeepAlive {
  alive(): FunctionsInstance[];
  /** Instances that ended without being killed, each with its exit. */
  readonly endedAlone: string[];
  readonly restarts: number;
  /** Ends an instance on purpose. */
  kill(instance: FunctionsInstance, signal: NodeJS.Signals): void;
  /** No more restarts; resolves when those under way have ended. */
  stop(): Promise<void>;
}

const TRY_AGAIN_MS = 1000;

export function keepAlive(
  environment: Pick<Environment, 'functions' | 'addFunctions'>,
  note: (text: string) => void,
): KeepAlive {
  const killed = new WeakSet<FunctionsInstance>();
  const endedAlone: string[] = [];
  const restarting = new Set<Promise<void>>();
  let restarts = 0;
  let stopped = false;

  const watch = (instance: FunctionsInstance) => {
    const watched = instance.child.exited.then(async ({ code, signal }) => {
      const index = environment.functions.indexOf(instance);
      if (index !== -1) environment.functions.splice(index, 1);
      if (stopped) return;
      if (!killed.has(instance)) endedAlone.push(`pid ${instance.child.pid}: ${signal ?? code}`);
      await replace();
    });
    restarting.add(watched);
    void watched.finally(() => restarting.delete(watched));
  };

  /** A start fails while storage is away; the platform would try for ever. */
  const replace = async () => {
    while (!stopped) {
      try {
        watch(await environment.addFunctions());
        restarts += 1;
        return;
      } catch (error) {
        note(`functions did not start: ${String(error).slice(0, 500)}`);
        await delay(TRY_AGAIN_MS);
      }
    }
  };

  for (const instance of environment.functions) watch(instance);
  return {
    alive: () => [...environment.functions],
    endedAlone,
    get restarts() {
      return restarts;
    },
    kill(instance, signal) {
      killed.add(instance);
      instance.child.kill(signal);
    },
    async stop() {
      stopped = true;
    },
  };
}
