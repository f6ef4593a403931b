import { EVENTS_SECRETS, EVENTS_URLS, toEnvironmentName } from '../../domain/mapping/credential-names.ts';
import type { EventRules } from '../../domain/mapping/event-rules.ts';
import { decodeSigningKey } from '../../domain/outbound/sign-event.ts';
import { TaskError } from '../../kernel/errors.ts';
import type { Secret } from '../../kernel/secret.ts';
import { type CredentialRegistryDeps, createCredentialRegistry } from '../credentials/credential-registry.ts';

/** A webhook that can be written to. */
export interface Receiver {
  url: Secret;
  /** Of the format `generic` only. */
  key?: Buffer;
  /** How the URL is called in settings, for people: `EVENTS_URL__TEAM_A`. */
  name: string;
}

/** The webhooks of a deployment, by alias. */
export interface Receivers {
  /**
   * @throws {TaskError} `credential-unknown` where URL or secret are not configured, `events-url-wrong` where the URL
   * cannot be one, `events-secret-wrong` where the secret is no key; `key-vault-*`. Never a value.
   */
  find(rules: Pick<EventRules, 'urlRef' | 'format'>): Promise<Receiver>;
}

/** Finds URLs and signing secrets as GitLab tokens are found: in the environment, then in the Key Vault. */
export function createReceivers(deps: Omit<CredentialRegistryDeps, 'family'>): Receivers {
  const urls = createCredentialRegistry({ ...deps, family: EVENTS_URLS });
  const secrets = createCredentialRegistry({ ...deps, family: EVENTS_SECRETS });
  return {
    async find({ urlRef, format }) {
      const name = toEnvironmentName(urlRef, EVENTS_URLS);
      const url = await urls.get(urlRef);
      checkUrl(url, name);
      if (format !== 'generic') return { url, name };
      const key = decodeSigningKey((await secrets.get(urlRef)).reveal());
      if (!key) {
        const detail = `${toEnvironmentName(urlRef, EVENTS_SECRETS)} must be whsec_ and 24 to 64 random bytes in base64`;
        throw new TaskError('events-secret-wrong', { detail });
      }
      return { url, key, name };
    },
  };
}

function checkUrl(url: Secret, name: string): void {
  const parsed = URL.parse(url.reveal());
  if (parsed?.protocol === 'https:' && parsed.username === '' && parsed.password === '') return;
  throw new TaskError('events-url-wrong', { detail: `${name} is no https address without user and password` });
}
