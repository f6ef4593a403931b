import { readFileSync } from 'node:fs';
import path from 'node:path';

/** What the plan must know of a file of infra/environments before Terraform reads it. */
export interface EnvironmentFile {
  name: string;
  location: string;
  /** False: the one who deploys becomes the only operator. */
  hasOperators: boolean;
}

/** @throws {Error} with a sentence for people, when there is no such file or it says too little. */
export function readEnvironment(root: string, environment: string): EnvironmentFile {
  const file = path.join('infra/environments', `${environment}.tfvars`);
  const text = readText(path.join(root, file), file);
  const find = (name: string) => new RegExp(`^\\s*${name}\\s*=\\s*"([^"]*)"`, 'm').exec(text)?.[1];
  if (find('environment') !== environment)
    throw new Error(`${file} must say environment = "${environment}"; it is part of every resource's name.`);
  const location = find('location');
  if (!location) throw new Error(`${file} must say location, such as location = "westeurope".`);
  return { name: find('name') ?? 'cmap', location, hasOperators: /^\s*operators\s*=\s*\[\s*"/m.test(text) };
}

function readText(fullPath: string, shown: string): string {
  try {
    return readFileSync(fullPath, 'utf8');
  } catch {
    throw new Error(`There is no ${shown}: copy infra/environments/dev.tfvars and fill it in.`);
  }
}
