import { createPlatform, type Platform, type PlatformOptions } from '../../shared/app/create-platform.ts';
import { createHandlers } from './create-handlers.ts';
import type { App } from './readiness.ts';
import type { FunctionsSettings } from './settings.ts';

/**
 * Everything behind the functions: clients, mapping, handlers. Importing this module loads their libraries, which is
 * most of the app, so only `compose` imports it, and not before it is needed.
 */
export async function loadApp(settings: FunctionsSettings, options: PlatformOptions): Promise<App> {
  const platform = await createPlatform(settings, { ...options, appliesSettings: true, remembersAccounts: true });
  return {
    handlers: createHandlers(settings, platform),
    open: () => open(platform),
    flush: () => platform.telemetry.shutdown(),
  };
}

async function open({ mapping, log }: Platform): Promise<void> {
  const { bindings, registry } = await mapping.current();
  log.info('started', { bindings: bindings.list.length });
  // The summary asks GitLab where the cache does not know; a start must not wait for that.
  registry.start().catch((error: unknown) => log.error('bindings not resolved', { error }));
}
