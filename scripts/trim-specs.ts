import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Writes `test/specs/data` from a folder of complete specifications: `node scripts/trim-specs.ts FOLDER`. The folder
 * holds `gitlab/openapi.json` (docs.gitlab.com), `jira/openapi.json` and `jira/adf.schema.json`
 * (developer.atlassian.com), and recorded payloads under `gitlab/webhooks`, `gitlab/responses` and `jira/webhooks`.
 * Kept is what a request or an answer is judged by.
 */
const [source] = process.argv.slice(2);
if (source === undefined) {
  process.stderr.write('Name the folder of complete specifications: node scripts/trim-specs.ts FOLDER\n');
  process.exit(2);
}
const target = path.resolve(import.meta.dirname, '../test/specs/data');

/** Paths of the calls that cmap makes; a call outside is refused as "not in the specification". */
const GITLAB_PATHS = [
  /^\/api\/v4\/(user|users|personal_access_tokens\/self|metadata|version)$/,
  /^\/api\/v4\/projects\/\{id\}(\/hooks.*|\/statuses\/\{sha\}|\/labels|\/members.*|\/protected_branches|\/jobs.*|\/pipelines.*|\/releases.*)?$/,
  /^\/api\/v4\/projects\/\{id\}\/(merge_requests|deployments|repository\/(branches|commits|files|tags|compare|tree|merge_base)).*$/,
  /^\/api\/v4\/groups\/\{id\}\/(merge_requests|members|projects)$/,
];
const JIRA_PATHS = [
  /^\/rest\/api\/3\/(myself|mypermissions|search\/jql|user\/search|user|field|serverInfo|user\/groups)$/,
  /^\/rest\/api\/3\/project\/\{projectIdOrKey\}(\/statuses|\/versions|\/role|\/role\/\{id\})?$/,
  /^\/rest\/api\/3\/(issue\/bulkfetch|changelog\/bulkfetch|status|issue|project\/\{projectIdOrKey\}\/version|version\/\{id\}\/relatedIssueCounts)$/,
  /^\/rest\/api\/3\/attachment\/content\/\{id\}$/,
  /^\/rest\/api\/3\/issue\/\{issueIdOrKey\}(\/(changelog|comment.*|transitions|assignee|properties.*|remotelink))?$/,
];
/** The fields of an issue have no type there; these say what a parent and a subtask look like. */
const JIRA_SCHEMAS = ['LinkedIssue'];
const RESPONSES =
  /^(get_(branch|user|user_bot|merge_request|merge_requests)|list_(personal_access_tokens_single|group_merge_requests|branches))\.json$/;

/** Keywords that are only read by people. */
const PROSE = new Set(['description', 'summary', 'example', 'examples', 'tags', 'externalDocs', 'security', 'title']);
/** Keywords below which names of fields stand, so that a field called `description` is kept. */
const NAMED = new Set(['properties', 'patternProperties', 'definitions', 'schemas', 'paths', 'headers', 'content']);

rmSync(target, { recursive: true, force: true });
write('gitlab/openapi.json', trimOpenApi(readJson('gitlab/openapi.json'), GITLAB_PATHS));
write('jira/openapi.json', trimOpenApi(readJson('jira/openapi.json'), JIRA_PATHS, JIRA_SCHEMAS));
write('jira/adf.schema.json', dropProse(readJson('jira/adf.schema.json')));
copy('gitlab/webhooks', /\.json$/);
copy('gitlab/responses', RESPONSES);
copy('jira/webhooks', /\.json$/);

interface OpenApi extends Record<string, unknown> {
  paths: Record<string, unknown>;
  components?: { schemas?: Record<string, unknown> };
}

/** The named paths, and the schemas that they and `more` reach, without what is only read by people. */
function trimOpenApi(value: unknown, kept: RegExp[], more: readonly string[] = []): OpenApi {
  const { openapi, info, paths, components } = dropProse(value) as OpenApi; // the two files named above
  const left = Object.fromEntries(Object.entries(paths).filter(([name]) => kept.some((pattern) => pattern.test(name))));
  const schemas: Record<string, unknown> = {};
  const visit = (part: unknown): void => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (name in schemas) continue;
      schemas[name] = components?.schemas?.[name] ?? {};
      visit(schemas[name]);
    }
  };
  visit(left);
  visit(more.map((name) => `#/components/schemas/${name}`));
  return { openapi, info, paths: left, components: { schemas } };
}

function dropProse(value: unknown, areNames = false): unknown {
  if (Array.isArray(value)) return value.map((item) => dropProse(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => areNames || !(PROSE.has(key) || key.startsWith('x-')))
      .map(([key, item]) => [
        key,
        key === 'responses' ? trimResponses(item) : dropProse(item, !areNames && NAMED.has(key)),
      ]),
  );
}

/** A response without content is one only when it has a description. */
function trimResponses(responses: object): object {
  return Object.fromEntries(
    Object.entries(responses).map(([status, response]) => [
      status,
      { description: '', ...Object(dropProse(response)) },
    ]),
  );
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(path.join(source ?? '', file), 'utf8'));
}

/** One line per path and schema, so that a difference can be read. */
function write(file: string, value: unknown): void {
  mkdirSync(path.dirname(path.join(target, file)), { recursive: true });
  writeFileSync(path.join(target, file), `${toLines(value, 2)}\n`);
}

function toLines(value: unknown, depth: number): string {
  if (depth < 0 || typeof value !== 'object' || value === null || Array.isArray(value)) return JSON.stringify(value);
  return `{\n${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}:${toLines(item, depth - 1)}`)
    .join(',\n')}\n}`;
}

function copy(folder: string, kept: RegExp): void {
  for (const name of readdirSync(path.join(source ?? '', folder)).filter((file) => kept.test(file)))
    cpSync(path.join(source ?? '', folder, name), path.join(target, folder, name));
}
