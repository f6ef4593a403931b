import { createHash } from 'node:crypto';
import * as z from 'zod';

import type { Command } from './step.ts';

/** What becomes known while a deployment runs, by the names used in commands. */
export type Facts = Map<string, string>;

/**
 * The command with every `<name>` replaced, and `<name...>` by the items of a list. @throws {Error} naming what is not
 * known yet.
 */
export function fillIn(command: Command, facts: Facts): string[] {
  return command.flatMap((part) => {
    const list = /^<([a-z0-9_]+)\.\.\.>$/.exec(part)?.[1];
    if (list) return listFact(list, facts);
    return [part.replaceAll(/<([a-z0-9_]+)>/g, (_, name: string) => getFact(name, facts))];
  });
}

/** The items of a list. @throws {Error} when it is not known yet. */
export function listFact(name: string, facts: Facts): string[] {
  return z.array(z.string()).parse(JSON.parse(getFact(name, facts)));
}

function getFact(name: string, facts: Facts): string {
  const value = facts.get(name);
  if (value === undefined) throw new Error(`<${name}> is not known yet: an earlier step did not give it.`);
  return value;
}

/** `stcmapstate1a2b3c`: unique in the world, and the same for every environment of a subscription. */
export function nameStateAccount(name: string, subscription: string): string {
  return `st${name}state${createHash('sha256').update(subscription).digest('hex').slice(0, 6)}`;
}

/** What `terraform output -json` says; outputs whose resources are not made yet are missing. */
const Outputs = z.record(z.string(), z.object({ value: z.unknown() }));

/** Vault -> names of the secrets it must hold. */
export const SecretsToSet = z.record(z.string(), z.array(z.string()));

/** Takes over every output. Texts become facts of their own; the rest stays JSON. */
export function takeOutputs(json: string, facts: Facts): void {
  for (const [name, { value }] of Object.entries(Outputs.parse(JSON.parse(json))))
    if (value !== null) facts.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  const registry = facts.get('registry');
  if (registry) facts.set('registry_name', registry.split('.')[0] ?? registry);
}
