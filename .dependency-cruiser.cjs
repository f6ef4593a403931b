/**
 * Who may import whom. Everything that no line here allows is refused, so a new room, a new folder of a room or a new
 * library needs a line; folders further below belong to theirs.
 * Rings of folders (`no-ring-of-folders`) are found by scripts/find-folder-rings.ts: two folders that need each other
 * are one folder, or there is a third one in them. `npm run lint` checks it all; test/layers.slow.test.ts plants a
 * forbidden import in every room and sees it refused.
 */

const TEST = '(\\.test\\.ts$|^(test|scripts)/)';

/** `kernel < domain < adapters < services < app < programs`; a room may import what stands in its line, and itself. */
const ROOMS = {
  'shared/kernel': [],
  'shared/domain': ['shared/kernel'],
  'shared/adapters': ['shared/kernel', 'shared/domain'],
  'shared/services': ['shared/kernel', 'shared/domain', 'shared/adapters'],
  'shared/app': ['shared/kernel', 'shared/domain', 'shared/adapters', 'shared/services'],
  functions: ['shared'],
  'runner-container': ['shared'],
  cli: ['shared'],
  sandbox: ['shared', 'functions', 'runner-container', 'cli'],
};

/** The folders of each room, beside its own files. One that does not stand here imports nothing and is not imported. */
const FOLDERS = {
  'shared/kernel': ['failures', 'redaction', 'text'],
  'shared/domain': [
    ...['accounts', 'attachments', 'audit', 'criteria', 'guard', 'mapping', 'messages', 'outbound', 'paths', 'ports'],
    ...['prompts', 'review', 'runs', 'tasks'],
  ],
  'shared/adapters': [
    ...['evidence', 'git-history', 'git-remote', 'gitlab', 'http', 'identity', 'jira', 'key-vault', 'model'],
    ...['outbound', 'storage', 'telemetry', 'workbook'],
  ],
  'shared/services': [
    ...['audit', 'credentials', 'issues', 'ledger', 'masking', 'notifications', 'outbound', 'outbox', 'projects'],
    'runs',
  ],
  'shared/app': ['settings'],
  functions: ['app', 'audit', 'config', 'health', 'http', 'ingest', 'polling', 'sweep', 'webhooks'],
  'runner-container': ['agent', 'app', 'drain', 'eval', 'gate', 'git', 'perform', 'process', 'trial', 'workspace'],
  cli: ['arguments', 'clients', 'command-line', 'commands', 'environments', 'io', 'output'],
  sandbox: [
    ...['audit', 'demo', 'environment', 'gitlab', 'host', 'http', 'jira', 'job', 'key-vault', 'model', 'pages'],
    ...['start', 'storage', 'torture'],
  ],
};

/** The only rooms that know a library. What stands in no line here may be used nowhere. */
const LIBRARIES = {
  'zod|p-limit|lru-cache': ['shared', 'functions', 'runner-container', 'cli', 'sandbox'],
  '@azure/functions|@azure/functions-core': ['functions', 'sandbox/host'],
  '@azure/storage-queue': ['shared/adapters/storage', 'sandbox/storage'],
  '@azure/(data-tables|storage-blob)': ['shared/adapters/storage', 'sandbox/storage'],
  '@azure/identity': ['shared/adapters/identity'],
  '@azure/keyvault-secrets': ['shared/adapters/key-vault'],
  '@gitbeaker/.*': ['shared/adapters/gitlab'],
  '@opentelemetry/.*': ['shared/adapters/telemetry'],
  'isomorphic-git': ['shared/adapters/git-remote'],
  'mdast|mdast-util-.*|micromark-.*': ['shared/adapters/jira/adf'],
  yaml: ['shared/domain/mapping/source', 'shared/domain/prompts', 'shared/domain/audit/policy'],
  'fastest-levenshtein': ['shared/domain/mapping/source'],
  '(@types/)?picomatch': ['shared/domain', 'runner-container/gate'],
  diff: ['shared/domain/review'],
  '@github/copilot-sdk': ['runner-container/agent'],
  '@secretlint/.*': ['runner-container/gate'],
  '@clack/prompts': ['cli/io'],
  cac: ['cli/program\\.ts'],
  'croner|selfsigned': ['sandbox'],
  hono: ['sandbox/http', 'sandbox/pages', 'cli/commands/board'],
};

/**
 * Node's modules: hashing everywhere, compression where much is kept; time, files, processes and sockets only where the
 * outside world is met.
 */
const CORE = {
  'crypto|async_hooks|path|util': ['shared', 'functions', 'runner-container', 'cli', 'sandbox'],
  'timers/promises': ['shared/kernel', 'runner-container', 'sandbox'],
  'fs|fs/promises': ['shared/adapters', 'shared/app', 'runner-container', 'cli/io', 'sandbox'],
  zlib: ['shared/adapters', 'shared/services/audit'],
  stream: ['shared/adapters'],
  tls: ['runner-container/app'],
  net: ['functions/http', 'runner-container/agent', 'sandbox'],
  'os|module': ['runner-container', 'sandbox'],
  child_process: ['shared/adapters/git-history', 'runner-container', 'cli/io', 'sandbox'],
  http: ['cli/io', 'sandbox'],
  'assert|assert/strict|events|https|readline|stream/consumers|test|url': ['sandbox'],
};

const room = (name) => `^${name}${name.endsWith('.ts') ? '$' : '/'}`;
const rooms = (names) => names.map(room).join('|');
/** A room with the folders it has; `shared` stands for all rooms in it. */
const known = (name) =>
  Object.entries(FOLDERS)
    .filter(([owner]) => `${owner}/`.startsWith(`${name}/`))
    .map(([owner, folders]) => `^${owner}/((${folders.join('|')})/|[^/]+$)`)
    .join('|');

module.exports = {
  allowedSeverity: 'error',
  allowed: [
    ...Object.entries(ROOMS).map(([name, below]) => ({
      from: { path: known(name), pathNot: TEST },
      to: { path: [name, ...below].map(known).join('|') },
    })),
    ...Object.entries(LIBRARIES).map(([library, names]) => ({
      from: { path: rooms(names), pathNot: TEST },
      to: { path: `node_modules/(${library})/|^(${library})$` },
    })),
    ...Object.entries(CORE).map(([modules, names]) => ({
      from: { path: rooms(names), pathNot: TEST },
      to: { dependencyTypes: ['core'], path: `^(node:)?(${modules})$` },
    })),
    // The version stands in one place.
    { from: { path: '^shared/app/product-version\\.ts$' }, to: { path: '^package\\.json$' } },
    { from: { path: `${TEST}|^vitest\\.config\\.ts$` }, to: {} },
  ],
  forbidden: [
    {
      name: 'no-test-code',
      comment: 'The product and the sandbox run without tests: move what both need beside the product.',
      severity: 'error',
      from: { pathNot: TEST },
      to: { path: TEST },
    },
    {
      name: 'no-ring-of-files',
      comment: 'Cut the ring: move what both need into a third file.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-way-around-a-port',
      comment: 'Pure rules reach a service of others by the types of domain/ports only.',
      severity: 'error',
      from: { path: '^shared/(kernel|domain)/', pathNot: TEST },
      to: { dependencyTypes: ['core'], path: '^(node:)?(fs|fs/promises|http|https|net|tls|dns|child_process)$' },
    },
    {
      name: 'no-unresolved',
      comment: 'The import names no file and no installed package.',
      severity: 'error',
      from: {},
      // Types only: `mdast` is the package @types/mdast.
      to: { couldNotResolve: true, pathNot: '^mdast$' },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: 'specify',
    doNotFollow: { path: 'node_modules|\\.test\\.ts$' },
    exclude: { path: '^(dist|docs|infra)/' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
