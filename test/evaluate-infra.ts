import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { type HclBlock, parseHcl } from './parse-hcl.ts';
import { applyFiles, infra } from './terraform.ts';

/** Attributes only the provider knows, with values of the right form. */
const COMPUTED: Record<string, string> = {
  id: '"/subscriptions/s/resourceGroups/rg/providers/Microsoft.Made/${"$"}{of}"',
  client_id: '"client-${of}"',
  principal_id: '"principal-${of}"',
  tenant_id: '"22222222-2222-2222-2222-222222222222"',
  vault_uri: '"https://${of}.vault.azure.net/"',
  login_server: '"${of}.azurecr.io"',
  default_domain: '"blue.westeurope.azurecontainerapps.io"',
  static_ip_address: '"198.51.100.7"',
  connection_string: '"InstrumentationKey=0"',
  ip_address: '"198.51.100.9"',
  output: '{ properties = { defaultHostName = "func.azurewebsites.net" } }',
};

/**
 * Every resource and output of infra/ as Terraform computes it for these values, without a provider: each resource
 * becomes a local of the same name that holds its arguments (nested blocks as lists), beside stand-ins for what only
 * the provider knows. Conditions, types, references and validations are Terraform's own; what Azure says to the result
 * is not asked.
 */
export function evaluateInfra(values: Record<string, unknown>): Record<string, unknown> {
  const files = readdirSync(infra).filter((name) => name.endsWith('.tf'));
  const blocks = files.flatMap((name) => parseHcl(readFileSync(path.join(infra, name), 'utf8')).blocks);
  const made = blocks.filter(({ type }) => type === 'resource' || type === 'data');
  const names = made.map(({ labels }) => labels.join('.'));
  const rename = (text: string) =>
    names.reduce((done, name) => {
      const [type, label] = name.split('.');
      return done.replaceAll(
        new RegExp(`(\\bdata\\s*\\.\\s*)?\\b${type}\\s*\\.\\s*${label}\\b`, 'g'),
        `local.${type}__${label}`,
      );
    }, text);

  const locals = [
    ...made.map((block) => `  ${block.labels.join('__')} = ${rename(toExpression(block))}`),
    ...blocks
      .filter(({ type }) => type === 'locals')
      .flatMap(({ attributes }) => attributes.map(({ name, text }) => `  ${name} = ${rename(text)}`)),
  ];
  const modules = blocks
    .filter(({ type }) => type === 'module')
    .map(({ labels, attributes }) => {
      const lines = attributes.map(({ name, text }) => `  ${name} = ${rename(text)}`);
      return `module "${labels[0]}" {\n${lines.join('\n')}\n}`;
    });
  const outputs = blocks
    .filter(({ type }) => type === 'output')
    .map(
      ({ labels, attributes }) =>
        `    ${labels[0]} = ${rename(attributes.find(({ name }) => name === 'value')?.text ?? 'null')}`,
    );
  const results = made.map(({ labels }) => `    "${labels.join('.')}" = local.${labels.join('__')}`);
  return applyFiles(
    {
      'main.tf': [
        `locals {\n${locals.join('\n')}\n}`,
        ...modules,
        `output "it" {\n  value = {\n    outputs = {\n${outputs.join('\n')}\n    }\n${results.join('\n')}\n  }\n}`,
      ].join('\n'),
    },
    values,
  );
}

function toExpression(block: HclBlock): string {
  const find = (name: string) => block.attributes.find((one) => one.name === name)?.text;
  const [each, count] = [find('for_each'), find('count')];
  const body = (of: string) => {
    const stub = Object.entries(COMPUTED).map(
      ([name, text]) => `${name} = ${text.replaceAll('${"$"}', '$').replaceAll('${of}', of)}`,
    );
    return `merge({ ${stub.join(', ')} }, ${toObject(block)})`;
  };
  const name = block.labels.join('-');
  if (each) {
    const inner = body(`${name}-\${each_key}`).replaceAll(/\beach\s*\.\s*(key|value)\b/g, 'each_$1');
    return `{ for each_key, each_value in ${each} : each_key => ${inner} }`;
  }
  if (count) return `[for each_index in range(${count}) : ${body(name)}]`;
  return body(name);
}

const META = new Set(['for_each', 'count', 'depends_on', 'provider', 'source']);

/** The arguments of a block as an object; nested blocks as lists under their names. */
function toObject({ attributes, blocks }: HclBlock): string {
  const own = attributes.filter(({ name }) => !META.has(name)).map(({ name, text }) => `${name} = ${text}`);
  const nested = new Map<string, string[]>();
  for (const block of blocks.filter(({ type }) => type !== 'lifecycle')) {
    const { type, each } = block;
    const item = each
      ? `[for ${type} in [for k, v in ${each} : { key = k, value = v }] : ${toObject(block)}]`
      : `[${toObject(block)}]`;
    nested.set(type, [...(nested.get(type) ?? []), item]);
  }
  const lists = [...nested].map(([type, items]) => `${type} = concat(${items.join(', ')})`);
  return `{\n${[...own, ...lists].join('\n')}\n}`;
}
