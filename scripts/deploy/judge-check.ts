import * as z from 'zod';

import type { Facts } from './facts.ts';
import { nameStateAccount } from './facts.ts';
import type { CheckName } from './step.ts';

export type CheckResult =
  | { ok: true; finding: string; facts?: Record<string, string> }
  | { ok: false; finding: string };

/** Everything a check compares with. */
export interface CheckContext {
  name: string;
  location: string;
  /** Names of the runner images of the deployment beside the default one. */
  images: readonly string[] | 'every';
  facts: Facts;
}

const NEEDED_PROVIDERS = ['App', 'ContainerRegistry', 'Insights', 'KeyVault', 'ManagedIdentity', 'Network'];
const MORE_PROVIDERS = ['OperationalInsights', 'Storage', 'Web'];
const Names = z.array(z.string());

/** What `cmap render-terraform` says beside the map itself. */
const MapNeeds = z.object({ '//': z.object({ secrets: Names, runner_images: Names.default([]) }) });

/** Whether what a command printed is good enough, and what was learned from it. Pure. */
export function judgeCheck(check: CheckName, output: string, context: CheckContext): CheckResult {
  switch (check) {
    case 'azure-cli':
      return judgeVersion('Azure CLI', readJson(output, z.object({ 'azure-cli': z.string() }))?.['azure-cli'], [2, 60]);
    case 'terraform':
      return judgeVersion(
        'Terraform',
        readJson(output, z.object({ terraform_version: z.string() }))?.terraform_version,
        [1, 11],
      );
    case 'subscription':
      return judgeSubscription(output, context);
    case 'identity': {
      const id = output.trim();
      return isGuid(id)
        ? { ok: true, finding: id, facts: { you: id } }
        : { ok: false, finding: 'no object id was given' };
    }
    case 'roles':
      return judgeRoles(readJson(output, Names) ?? []);
    case 'providers': {
      const registered = new Set((readJson(output, Names) ?? []).map((one) => one.toLowerCase()));
      const missing = [...NEEDED_PROVIDERS, ...MORE_PROVIDERS].filter(
        (one) => !registered.has(`microsoft.${one.toLowerCase()}`),
      );
      // Terraform registers them; where it may not, it says so.
      return {
        ok: true,
        finding:
          missing.length > 0
            ? `to be registered: ${missing.map((one) => `Microsoft.${one}`).join(', ')}`
            : 'all registered',
      };
    }
    case 'region': {
      const regions = (readJson(output, Names) ?? []).map((one) => one.toLowerCase().replaceAll(/[^a-z0-9]/g, ''));
      if (regions.includes(context.location)) return { ok: true, finding: context.location };
      return { ok: false, finding: `${context.location} is not among ${regions.sort().join(', ')}` };
    }
    case 'mapping':
      return judgeMapping(output, context);
  }
}

function judgeMapping(output: string, { images }: CheckContext): CheckResult {
  const needs = readJson(output, MapNeeds)?.['//'];
  if (!needs) return { ok: false, finding: 'what the mapping names could not be read' };
  const missing = images === 'every' ? [] : needs.runner_images.filter((image) => !images.includes(image));
  if (missing.length > 0) return { ok: false, finding: `runner_images lacks ${missing.join(', ')}` };
  const named = [...needs.secrets, ...needs.runner_images.map((image) => `the image ${image}`)];
  return { ok: true, finding: named.join(', '), facts: { secrets_of_map: JSON.stringify(needs.secrets) } };
}

function judgeVersion(tool: string, version: string | undefined, [major, minor]: [number, number]): CheckResult {
  const [, first = '0', second = '0'] = /^(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  const isEnough = Number(first) > major || (Number(first) === major && Number(second) >= minor);
  const finding = `${tool} ${version ?? 'did not say its version'}`;
  return isEnough ? { ok: true, finding } : { ok: false, finding: `${finding}; ${major}.${minor} or later is needed` };
}

function judgeSubscription(output: string, { name }: CheckContext): CheckResult {
  const account = readJson(output, z.object({ id: z.string(), name: z.string(), state: z.string() }));
  if (!account || !isGuid(account.id)) return { ok: false, finding: 'no subscription is chosen' };
  if (account.state !== 'Enabled') return { ok: false, finding: `${account.name} is ${account.state}` };
  const facts = { subscription: account.id, state_account: nameStateAccount(name, account.id) };
  return { ok: true, finding: `${account.name} (${account.id})`, facts };
}

function judgeRoles(roles: string[]): CheckResult {
  const mayMake = roles.includes('Owner') || roles.includes('Contributor');
  const mayGive = ['Owner', 'User Access Administrator', 'Role Based Access Control Administrator'].some((role) =>
    roles.includes(role),
  );
  if (mayMake && mayGive) return { ok: true, finding: roles.join(', ') };
  const missing = [
    ...(mayMake ? [] : ['make resources (Contributor)']),
    ...(mayGive ? [] : ['give roles (Role Based Access Control Administrator)']),
  ];
  return { ok: false, finding: `you may not ${missing.join(' and not ')}; your roles: ${roles.join(', ') || 'none'}` };
}

function readJson<T>(text: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // Not JSON: the caller says what is missing.
  }
}

function isGuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
