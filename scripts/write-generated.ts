import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { doctorJsonSchema } from '../cli/commands/doctor/report.ts';
import { functionsSettingsTable } from '../functions/app/settings.ts';
import { runnerSettingsTable } from '../runner-container/app/settings.ts';
import { auditJsonSchema, auditSummaryJsonSchema } from '../shared/domain/audit/report/audit-json-schema.ts';
import { mappingJsonSchema } from '../shared/domain/mapping/source/mapping-json-schema.ts';
import { bundlePageScript } from './bundle-page-script.ts';
import { generateCostDoc } from './cost/cost-page.ts';
import { generateMessagesDoc } from './messages/messages-page.ts';

const root = path.resolve(fileURLToPath(import.meta.url), '../..');

/** Every file that is made from the code, by its path in the repository. A test checks that each is current. */
export async function generateFiles(): Promise<Record<string, string>> {
  return {
    'cmap.schema.json': `${JSON.stringify(mappingJsonSchema(), null, 2)}\n`,
    'docs/audit.schema.json': `${JSON.stringify(auditJsonSchema(), null, 2)}\n`,
    'docs/audit-summary.schema.json': `${JSON.stringify(auditSummaryJsonSchema(), null, 2)}\n`,
    'docs/configuration.md': generateConfigurationDoc(),
    'docs/cost.md': await generateCostDoc(),
    'docs/doctor.schema.json': `${JSON.stringify(doctorJsonSchema(), null, 2)}\n`,
    'docs/messages.md': generateMessagesDoc(),
    'shared/domain/audit/page/page-script.generated.ts': await generatePageScript(
      'PAGE_SCRIPT',
      'shared/domain/audit/page/client/main.ts',
    ),
    'sandbox/pages/page/sandbox-script.generated.ts': await generatePageScript(
      'SANDBOX_SCRIPT',
      'sandbox/pages/page/client/main.ts',
    ),
    'cli/commands/board/page/board-script.generated.ts': await generatePageScript(
      'BOARD_SCRIPT',
      'cli/commands/board/page/client/main.ts',
    ),
  };
}

async function generatePageScript(name: string, entry: string): Promise<string> {
  const script = await bundlePageScript(entry);
  return `/** Made from ./client by \`npm run schema\`; change it there. */\nexport const ${name} = ${JSON.stringify(script)};\n`;
}

/** The page people look settings up in. */
export function generateConfigurationDoc(): string {
  return `${[TITLE, describeMapping(), describeSettings()].join('\n\n')}\n`;
}

const TITLE = `# Configuration

This page is made from the schemas in the code by \`npm run schema\`; change it there.`;

function describeMapping(): string {
  const schema = toNode(mappingJsonSchema());
  const binding = toNode(schema.properties?.['bindings']?.items);
  const blocks = Object.entries(binding.properties ?? {}).flatMap(([name, node]) => describeBlock(name, itemsOf(node)));
  return [
    '## The mapping (`cmap.yaml`)',
    'Under `bindings` stands a list; each entry binds one Jira project to one GitLab repository, or by `routes` each of its issues to one of several ([routing](routing.md)). `defaults` may hold every field but `jira_project`, `repo`, `paths` and `routes`, and counts for every binding that does not say otherwise. Inside `statuses`, `review`, `merge_request`, `attachments`, `budget` and `audit` the fields are taken one by one. An unknown field is an error. See [examples/cmap.yaml](../examples/cmap.yaml).',
    'The file is UTF-8 or UTF-16 (as PowerShell writes it). `<<: *name` takes the keys of another block. Characters that cannot be seen, or only look like the right ones, are refused by their code point. A trigger must not be a status, or an account, that the agent itself sets.',
    'Without a `jira_project` the agent only reviews merge requests of the repository and answers notes on them ([reviews](reviews.md#a-repository-without-jira)): such a binding has `repo`, `credential_ref`, `mode`, `review`, `instructions`, `model`, `budget`, `max_concurrent_runs`, `mcp_servers`, `image` and `events`, and the rest of `defaults` is not for it.',
    'Several Jira projects may be bound to one repository. The one listed first speaks for its merge requests: its `review`, `credential_ref`, `instructions` and `model` count for reviews and replies there, its `audit` for the changes of a release; each issue is worked on with the settings of its own project, and is judged by the `audit` of that project; reviews find the tickets of all of them. `cmap validate` warns of it and `cmap show` says which one speaks.',
    'At run time the programs read the JSON that `cmap render-json` prints, from `JIRA_PROJECT_MAP`; they never read YAML. `cmap render-terraform` prints the variables of [infra](../infra/README.md) that carry the same map, `cmap render-helm` the values of the [Helm chart](kubernetes.md). The mapping never holds a token: `credential_ref` names one. Not possible on purpose: one issue to several repositories, an admin page, a mapping kept anywhere but in the deployment.',
    '### Fields of a binding',
    toList(binding),
    '### Blocks',
    ...blocks,
  ].join('\n\n');
}

/** A block and the blocks inside it, each with its fields. */
function describeBlock(name: string, node: SchemaNode): string[] {
  const block = findBlock(node);
  if (!block) return [];
  const inner = Object.entries(block.properties ?? {}).flatMap(([field, value]) =>
    describeBlock(`${name}.${field}`, itemsOf(value)),
  );
  const about = node.description === undefined ? [] : [sentence(node.description)];
  return [[`#### \`${name}\``, ...about, toList(block)].join('\n\n'), ...inner];
}

/** A list is described, its items are not. */
function itemsOf(node: SchemaNode): SchemaNode {
  const items = [node, ...(node.anyOf ?? [])].find((one) => one.items !== undefined)?.items;
  return { ...(items ?? node), ...pickDescription(node) };
}

function pickDescription({ description }: SchemaNode): Pick<SchemaNode, 'description'> {
  return description === undefined ? {} : { description };
}

function sentence(text: string): string {
  return /[.:]$/.test(text) ? text : `${text}.`;
}

function describeSettings(): string {
  return [
    '## Settings of the functions app',
    'Environment variables; on Azure they are app settings. All problems with them are reported together when the app starts.',
    functionsSettingsTable().trim(),
    '## Settings of the runner',
    'Environment variables of the Container Apps job. What both programs read has the same name and the same meaning.',
    runnerSettingsTable().trim(),
  ].join('\n\n');
}

interface SchemaNode {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  required?: string[];
  properties?: Record<string, SchemaNode>;
  items?: SchemaNode;
  anyOf?: SchemaNode[];
}

/** The schema is our own, made a moment ago; only the shape of its nodes is unknown to the compiler. */
function toNode(value: unknown): SchemaNode {
  if (typeof value !== 'object' || value === null) throw new TypeError('The mapping schema has an unexpected shape');
  return value;
}

function findBlock(node: SchemaNode): SchemaNode | undefined {
  return [node, ...(node.anyOf ?? [])].find((one) => one.properties !== undefined);
}

function toList(block: SchemaNode): string {
  const lines = Object.entries(block.properties ?? {}).map(([name, node]) => {
    const isRequired = block.required?.includes(name) ?? false;
    const fallback = node.default === undefined ? '' : `, default ${formatValue(node.default)}`;
    return `- \`${name}\` (${describeType(node)}${isRequired ? ', required' : fallback}): ${sentence(node.description ?? '')}`;
  });
  return lines.join('\n');
}

function describeType(node: SchemaNode): string {
  if (node.enum) return node.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (node.anyOf) return [...new Set(node.anyOf.filter(({ type }) => type !== 'null').map(describeType))].join(' or ');
  if (findBlock(node)) return 'block';
  if (node.type === 'array') return `list of ${node.items ? describeType(node.items) : 'values'}`;
  return TYPES[node.type ?? ''] ?? node.type ?? '';
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'number',
  boolean: 'true or false',
  object: 'block',
};

function formatValue(value: unknown): string {
  if (isEmptyBlock(value)) return 'none';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map((one) => `\`${String(one)}\``).join(', ');
  return `\`${String(value)}\``;
}

function isEmptyBlock(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

if (import.meta.main) {
  for (const [file, text] of Object.entries(await generateFiles())) await writeFile(path.join(root, file), text);
}
