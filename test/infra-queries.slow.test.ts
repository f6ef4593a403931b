import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

import { createKusto } from './kusto.ts';
import { readLogCalls, readSources } from './log-calls.ts';
import { infra } from './terraform.ts';

const root = path.resolve(infra, '..');
const folders = ['queries', 'queries/alerts'];
const queries = folders.flatMap((folder) =>
  readdirSync(path.join(infra, folder))
    .filter((name) => name.endsWith('.kql'))
    .map((name) => ({ name: path.join(folder, name), text: readFileSync(path.join(infra, folder, name), 'utf8') })),
);

/** On every line, or on every line of a run (json-log.ts, drain.ts). */
const ALWAYS = ['time', 'level', 'event', 'program', 'agentId', 'traceId', 'spanId'];
const OF_A_RUN = ['runId', 'taskId', 'kind', 'messageId', 'delivery', 'attempt'];

/** What is spread into an event, by the words of the call; each of these names must stand in the sources. */
const SPREAD: Record<string, string[]> = {
  counts: ['admitted', 'duplicates', 'skipped', 'failed'],
  fields: ['jiraProject', 'repo', 'targetBranch', 'credentialRef', 'state'],
  'pickCode(ending)': ['code'],
  ofImages: ['byImage'],
  usage: ['modelCalls', 'inputTokens', 'outputTokens'],
};

describe('queries of the logs', () => {
  const analyze = createKusto();

  it.each(queries)('$name is understood by the Kusto language service, down to the columns', ({ text }) => {
    const { problems, columns } = analyze(text);
    expect(problems).toEqual([]);
    expect(columns.length).toBeGreaterThan(0);
  });

  it('are really read: a wrong column, function and operator are found', () => {
    expect(analyze("AppTraces | where Mesage has 'x'").problems).toHaveLength(1);
    expect(analyze('AppTraces | summarize cont()').problems).toHaveLength(1);
    expect(analyze('AppTraces | sumarize count()').problems.length).toBeGreaterThan(0);
  });

  it.each(queries)('$name asks for lines the programs write, and for fields those lines have', ({ text }) => {
    const { events, fields } = whatIsAskedFor(text);
    expect(events.filter((event) => !logged.has(event))).toEqual([]);
    const known = fieldsOf(events);
    expect(fields.filter((field) => !known.has(field))).toEqual([]);
  });

  it('are really compared: an event and a field that no program writes are found', () => {
    const { events, fields } = whatIsAskedFor(
      `AppTraces | where Message has '"event":"heath"' | extend d = parse_json(Message) | where d.colour == 1`,
    );
    expect(events).toEqual(['heath']);
    expect(fields).toEqual(['colour']);
    expect(fieldsOf(['health']).has('colour')).toBe(false);
    expect(fieldsOf(['health']).has('oldestSeconds')).toBe(true);
  });

  it('ask for stages, outcomes and states that exist', () => {
    const sources = readSources(root).join('\n');
    const words = queries.flatMap(({ text }) => [
      ...text.matchAll(/tostring\(d\.(?:stage|state|kind)\) == '([^']+)'/g),
    ]);
    expect(words.length).toBeGreaterThan(4);
    for (const [, word = ''] of words) expect(sources, word).toContain(`'${word}'`);
  });

  it.each(queries.filter(({ name }) => !name.includes('alerts')))(
    '$name begins with its title and what one sees',
    ({ text }) => {
      const [title = '', description = ''] = text.split('\n');
      expect(title).toMatch(/^\/\/ [A-Z][^.]+$/);
      expect(description).toMatch(/^\/\/ [A-Z].+\.$/);
    },
  );
});

const logged = readLogCalls(root);

describe('the log calls', () => {
  it('are found, and what is spread into them is known', () => {
    expect(logged.size).toBeGreaterThan(60);
    expect([...(logged.get('run settled')?.fields ?? [])]).toEqual(
      expect.arrayContaining(['outcome', 'state', 'durationMs']),
    );
    const sources = readSources(root).join('\n');
    for (const name of Object.values(SPREAD).flat()) expect(sources, name).toMatch(new RegExp(`\\b${name}\\b`));
  });
});

function whatIsAskedFor(query: string): { events: string[]; fields: string[] } {
  const code = query.replaceAll(/^\s*\/\/.*$/gm, '');
  const named = [...code.matchAll(/"event":"([a-z ]+)"/g), ...code.matchAll(/d\.event\) == '([a-z ]+)'/g)];
  const listed = [...code.matchAll(/d\.event\) in \(([^)]+)\)/g)].flatMap(([, list = '']) => [
    ...list.matchAll(/'([^']+)'/g),
  ]);
  const events = [...named, ...listed].map(([, event = '']) => event).filter((event) => !event.endsWith(' '));
  const fields = [...code.matchAll(/\b[bd](?:\.(\w+)|\['(\w+)'\])/g)].map(
    ([, dotted, quoted]) => dotted ?? quoted ?? '',
  );
  return { events: [...new Set(events)], fields: [...new Set(fields)] };
}

/** Of these events; of all events where a query asks for none by its name. */
function fieldsOf(events: string[]): Set<string> {
  const asked = events.length > 0 ? events : [...logged.keys()];
  const own = asked.flatMap((event) => {
    const { fields, spreads } = logged.get(event) ?? { fields: [], spreads: [] };
    const spread = event === 'stage reached' ? stageFields() : [...spreads].flatMap((name) => SPREAD[name] ?? []);
    return [...fields, ...spread];
  });
  return new Set([...ALWAYS, ...OF_A_RUN, ...own, 'error']);
}

/** `stage reached` carries what each stage is given, and the usage of the model where an agent finished. */
function stageFields(): string[] {
  const calls = [
    ...readSources(root)
      .join('\n')
      .matchAll(/\.stage\('[^']+', \{ ([^}]+) \}/g),
  ];
  const given = calls.flatMap(([, body = '']) => [...body.matchAll(/(?:^|, )(\w+)/g)].map(([, name = '']) => name));
  return [...given, 'modelCalls', 'inputTokens', 'outputTokens'];
}
