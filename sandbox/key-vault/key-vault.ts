import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { generateCertificate } from '../http/generate-certificate.ts';
import { type Reply, sendReply } from '../http/send-reply.ts';
import { type Handler, startServer } from '../http/start-server.ts';

export interface VaultStandInOptions {
  /** Host name of the vault besides `127.0.0.1`; a client reaches it with its own look-up. */
  hostName?: string;
  /**
   * What tokens are for, as the challenge names it. A client insists that the vault's host ends with it: for a process
   * that reaches the vault as `127.0.0.1` only `vault://1` does.
   */
  resource?: string;
}

export interface StoredSecret {
  value: string;
  tags?: Record<string, string>;
  enabled?: boolean;
}

export interface VaultRequest {
  path: string;
  status: number;
}

/** An Azure Key Vault with its identity endpoint on this machine. */
export interface VaultStandIn {
  /** `https://127.0.0.1:<port>` */
  url: string;
  /** The vault under its host name. */
  hostUrl: string;
  /** PEM of the certificate to trust, for NODE_EXTRA_CA_CERTS or an agent. */
  certificate: string;
  /** `IDENTITY_ENDPOINT` and `IDENTITY_HEADER` as App Service sets them, for a process with a managed identity. */
  identity: { endpoint: string; header: string };
  /** Adds a version; the newest is what a client gets. */
  setSecret(name: string, secret: StoredSecret): void;
  deleteSecret(name: string): void;
  /** The next requests with a valid token are answered with this status instead. */
  failNext(status: number, times?: number): void;
  /** While false, tokens are understood and nothing is allowed. */
  setAllowed(allowed: boolean): void;
  /** A token as the identity endpoint would give it. */
  issueToken(resource: string): { token: string; expiresOnTimestamp: number };
  /** Client ids the identity endpoint was asked for, in order. */
  clientIds: (string | undefined)[];
  requests: VaultRequest[];
  close(): Promise<void>;
}

const TENANT = '11111111-2222-3333-4444-555555555555';

/** Starts a stand-in that speaks the secrets REST API 7.x with its token challenge. */
export async function startKeyVault(options: VaultStandInOptions = {}): Promise<VaultStandIn> {
  const { hostName = 'cmap.vault.azure.net', resource = 'https://vault.azure.net' } = options;
  const state = new VaultState(resource);
  const { cert, private: key } = await generateCertificate(hostName);
  const vault = await startServer(answerWith(state, 'vault'), { tls: { cert, key } });
  const identity = await startServer(answerWith(state, 'identity'));
  state.url = vault.url;

  return {
    url: state.url,
    hostUrl: `https://${hostName}:${vault.port}`,
    certificate: cert,
    identity: { endpoint: `${identity.url}/msi/token`, header: state.identityHeader },
    setSecret: (name, secret) => state.setSecret(name, secret),
    deleteSecret: (name) => void state.secrets.delete(name.toLowerCase()),
    failNext: (status, times = 1) => void state.failures.push(...Array<number>(times).fill(status)),
    setAllowed: (allowed) => {
      state.allowed = allowed;
    },
    issueToken: (wanted) => state.issueToken(wanted),
    clientIds: state.clientIds,
    requests: state.requests,
    close: async () => {
      await Promise.all([vault.close(), identity.close()]);
    },
  };
}

interface Version extends StoredSecret {
  version: string;
}

class VaultState {
  readonly secrets = new Map<string, Version[]>();
  readonly failures: number[] = [];
  readonly requests: VaultRequest[] = [];
  readonly clientIds: (string | undefined)[] = [];
  readonly identityHeader = randomUUID();
  readonly tokens = new Map<string, string>();
  readonly resource: string;
  allowed = true;
  url = '';

  constructor(resource: string) {
    this.resource = resource;
  }

  setSecret(name: string, secret: StoredSecret): void {
    const versions = this.secrets.get(name.toLowerCase()) ?? [];
    this.secrets.set(name.toLowerCase(), [...versions, { ...secret, version: randomBytes(16).toString('hex') }]);
  }

  issueToken(resource: string): { token: string; expiresOnTimestamp: number } {
    const token = randomBytes(24).toString('hex');
    this.tokens.set(token, resource);
    return { token, expiresOnTimestamp: Date.now() + 3_600_000 };
  }
}

function answerWith(state: VaultState, side: 'vault' | 'identity'): Handler {
  return (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const reply = side === 'vault' ? answerVault(state, request, url) : answerIdentity(state, request, url);
    if (side === 'vault') state.requests.push({ path: url.pathname, status: reply.status });
    sendReply(response, reply);
  };
}

function answerVault(state: VaultState, request: IncomingMessage, url: URL): Reply {
  const [, token] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? [];
  if (!token || state.tokens.get(token) !== state.resource) {
    const challenge = `Bearer authorization="https://login.microsoftonline.com/${TENANT}", resource="${state.resource}"`;
    return {
      ...fail(401, 'Unauthorized', 'AKV10000: Request is missing a Bearer or PoP token.'),
      headers: { 'www-authenticate': challenge },
    };
  }
  const failure = state.failures.shift();
  if (failure !== undefined)
    return { ...fail(failure, 'Throttled', 'A fault was asked for.'), headers: { 'retry-after': '0' } };
  if (!state.allowed)
    return fail(403, 'Forbidden', 'Caller is not authorized to perform action on resource.', 'ForbiddenByRbac');
  if (!/^7\.\d|^20\d\d-/.test(url.searchParams.get('api-version') ?? ''))
    return fail(400, 'BadParameter', 'api-version is missing.');
  const [, name, version] = /^\/secrets\/([0-9a-zA-Z-]{1,127})(?:\/([0-9a-f]*))?$/.exec(url.pathname) ?? [];
  if (request.method !== 'GET' || !name) return fail(400, 'BadParameter', 'The request URI contains an invalid name.');
  return answerSecret(state, name, version);
}

function answerSecret(state: VaultState, name: string, wanted: string | undefined): Reply {
  const versions = state.secrets.get(name.toLowerCase()) ?? [];
  const found = wanted ? versions.find(({ version }) => version === wanted) : versions.at(-1);
  if (!found) return fail(404, 'SecretNotFound', `A secret with (name/id) ${name} was not found in this key vault.`);
  const { value, version, tags, enabled = true } = found;
  if (!enabled) return fail(403, 'Forbidden', 'Operation get is not allowed on a disabled secret.', 'SecretDisabled');
  const attributes = {
    enabled,
    created: 1_700_000_000,
    updated: 1_700_000_000,
    recoveryLevel: 'Recoverable+Purgeable',
  };
  return { status: 200, body: { value, id: `${state.url}/secrets/${name}/${version}`, attributes, tags } };
}

/** The token endpoint of App Service: https://learn.microsoft.com/azure/app-service/overview-managed-identity */
function answerIdentity(state: VaultState, request: IncomingMessage, url: URL): Reply {
  if (request.headers['x-identity-header'] !== state.identityHeader) return { status: 401, body: {} };
  const clientId = url.searchParams.get('client_id') ?? undefined;
  state.clientIds.push(clientId);
  const resource = url.searchParams.get('resource') ?? '';
  const { token, expiresOnTimestamp } = state.issueToken(resource);
  const body = {
    access_token: token,
    expires_on: String(Math.floor(expiresOnTimestamp / 1000)),
    resource,
    token_type: 'Bearer',
    client_id: clientId,
  };
  return { status: 200, body };
}

function fail(status: number, code: string, message: string, inner?: string): Reply {
  return { status, body: { error: { code, message, ...(inner ? { innererror: { code: inner } } : {}) } } };
}
