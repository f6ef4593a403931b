import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';

import { parseTfvars, type TfValue } from './parse-tfvars.ts';
import { GivenImages } from './runner-images.ts';

/** What the plan must know of a file of infra/environments before Terraform reads it. */
export interface EnvironmentFile {
  name: string;
  location: string;
  /** False: the one who deploys becomes the only operator. */
  hasOperators: boolean;
  /** What `runner_images` says of where each image comes from. */
  runnerImages: z.infer<typeof GivenImages>;
  /** One runner performs the tasks of every image a binding may name (`RUNNER_IMAGES=*`). */
  takesEveryImage: boolean;
  /** Values of the examples that were left as they are, each of which would be found out last. */
  placeholders: string[];
}

/** The variables that are looked at; Terraform looks at all, and more closely. */
const Variables = z.object({
  environment: z.string().nullish(),
  name: z.string().nullish(),
  location: z.string().nullish(),
  operators: z.array(z.string()).nullish(),
  runner_images: GivenImages.nullish(),
  extra_settings: z.object({ runner: z.record(z.string(), z.unknown()).nullish() }).nullish(),
});

/** @throws {Error} with a sentence for people, when there is no such file or it says too little. */
export function readEnvironment(root: string, environment: string): EnvironmentFile {
  const file = path.posix.join('infra/environments', `${environment}.tfvars`);
  const values = readValues(readText(path.join(root, file), file), file);
  const given = readVariables(values, file);
  if (given.environment !== environment)
    throw new Error(`${file} must say environment = "${environment}"; it is part of every resource's name.`);
  if (!given.location) throw new Error(`${file} must say location, such as location = "westeurope".`);
  return {
    name: given.name ?? 'cmap',
    location: given.location,
    hasOperators: (given.operators ?? []).length > 0,
    runnerImages: given.runner_images ?? {},
    takesEveryImage: given.extra_settings?.runner?.['RUNNER_IMAGES'] === '*',
    placeholders: listTexts(values).filter((text) => PLACEHOLDER.test(text)),
  };
}

/** Of the files in infra/environments; names and addresses that are kept for examples. */
const PLACEHOLDER = /\bexample\.com\b|\byour-(site|model|deployment)\b|^203\.0\.113\./;

function listTexts(value: TfValue): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(listTexts) : [];
}

function readValues(text: string, file: string): { [name: string]: TfValue } {
  try {
    return parseTfvars(text);
  } catch (error) {
    throw new Error(`${file}, ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

function readVariables(values: { [name: string]: TfValue }, file: string): z.infer<typeof Variables> {
  const { data, error } = Variables.safeParse(values);
  if (error) throw new Error(`${file}: ${z.prettifyError(error)}`);
  return data;
}

function readText(fullPath: string, shown: string): string {
  try {
    return readFileSync(fullPath, 'utf8');
  } catch {
    throw new Error(`There is no ${shown}: copy infra/environments/dev.tfvars and fill it in.`);
  }
}
