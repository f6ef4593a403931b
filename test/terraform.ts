import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as z from 'zod';

export const infra = path.resolve(import.meta.dirname, '../infra');

/** The path of the terraform program, if this machine has one. Nothing here needs a provider, so nothing is fetched. */
export const terraform = findTerraform();
if (!terraform)
  process.stderr.write('infra: terraform is not here, so its formatter and its own words were not asked\n');

/** What a module without resources gives for these arguments (HCL), computed by Terraform itself. */
export function applyModule(name: string, argumentsText: string): unknown {
  return inTemporaryFolder((folder) => {
    copyParts(folder, ['modules', 'queries']);
    const call = `module "it" {\n  source = "./modules/${name}"\n${argumentsText}\n}\noutput "it" {\n  value = module.it\n}\n`;
    writeFileSync(path.join(folder, 'main.tf'), call);
    run(folder, ['init', '-input=false', '-no-color']);
    run(folder, ['apply', '-auto-approve', '-input=false', '-no-color']);
    return readOutput(folder);
  });
}

/**
 * What Terraform says when it initializes a copy of infra/ where no provider can be had; mistakes in the files come
 * before that. `change` may alter the file of tests first.
 */
export function initialize(change: (tests: string) => string = (tests) => tests): string {
  return inTemporaryFolder((folder) => {
    copyParts(
      folder,
      readdirSync(infra).filter((name) => /^(modules|queries|tests|[\w-]+\.tf)$/.test(name)),
    );
    const tests = path.join(folder, 'tests/promises.tftest.hcl');
    writeFileSync(tests, change(readFileSync(tests, 'utf8')));
    const settings = path.join(folder, 'settings.tfrc');
    writeFileSync(settings, `provider_installation {\n  filesystem_mirror {\n    path = "${folder}/none"\n  }\n}\n`);
    const { stderr } = spawnSync(terraform ?? '', ['init', '-backend=false', '-input=false', '-no-color'], {
      cwd: folder,
      env: { ...environment(folder), TF_CLI_CONFIG_FILE: settings },
      encoding: 'utf8',
    });
    return stderr;
  });
}

/** The output `it` of these files beside the modules, queries and variables of infra/, computed by Terraform itself. */
export function applyFiles(files: Record<string, string>, values: Record<string, unknown>): Record<string, unknown> {
  return inTemporaryFolder((folder) => {
    copyParts(
      folder,
      readdirSync(infra).filter((name) => /^(modules|queries|variables.*)$/.test(name)),
    );
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
    writeFileSync(path.join(folder, 'given.auto.tfvars.json'), JSON.stringify(values));
    run(folder, ['init', '-input=false', '-no-color']);
    run(folder, ['apply', '-auto-approve', '-input=false', '-no-color']);
    return readOutput(folder);
  });
}

/**
 * What Terraform says against each of these sets of values of the variables, on one line; nothing when they are
 * accepted. Each is a module of its own in one plan, because starting Terraform takes longer than judging.
 */
export function refuseVariables(cases: readonly Record<string, unknown>[]): string[] {
  return inTemporaryFolder((folder) => {
    const module = path.join(folder, 'it');
    for (const name of listVariableFiles()) cpSync(path.join(infra, name), path.join(module, name));
    for (const [index, values] of cases.entries()) {
      const call = { module: { [`case_${index}`]: { source: './it', ...values } } };
      writeFileSync(path.join(folder, `case-${index}.tf.json`), JSON.stringify(call).replaceAll(/[$%](?=\{)/g, '$&$&'));
    }
    run(folder, ['init', '-input=false', '-no-color']);
    const { stdout } = spawnSync(terraform ?? '', ['plan', '-input=false', '-json'], {
      cwd: folder,
      env: environment(folder),
      encoding: 'utf8',
    });
    const said = cases.map(() => '');
    for (const { diagnostic } of stdout
      .trim()
      .split('\n')
      .map((line) => PlanLine.parse(JSON.parse(line)))) {
      if (diagnostic?.severity !== 'error') continue;
      const index = Number(/^case-(\d+)\./.exec(diagnostic.range?.filename ?? '')?.[1] ?? raise(diagnostic.summary));
      said[index] += `${diagnostic.summary}: ${diagnostic.detail} `;
    }
    return said.map((text) => text.replaceAll(/\s+/g, ' ').trim());
  });
}

/** What Terraform says against one of environments/ with these values beside it; nothing when it is accepted. */
export function refuseEnvironment(file: string, values: Record<string, unknown>): string {
  return inTemporaryFolder((folder) => {
    copyParts(folder, listVariableFiles());
    writeFileSync(path.join(folder, 'given.tfvars.json'), JSON.stringify(values));
    const files = [path.join(infra, 'environments', file), 'given.tfvars.json'].map((one) => `-var-file=${one}`);
    const { status, stderr } = spawnSync(terraform ?? '', ['plan', '-input=false', '-no-color', ...files], {
      cwd: folder,
      env: environment(folder),
      encoding: 'utf8',
    });
    return status === 0 ? '' : stderr.replaceAll(/[\s│╷╵]+/g, ' ').trim();
  });
}

/** https://developer.hashicorp.com/terraform/internals/machine-readable-ui, "Diagnostic". */
const PlanLine = z.object({
  diagnostic: z
    .object({
      severity: z.string(),
      summary: z.string(),
      detail: z.string(),
      range: z.object({ filename: z.string() }).optional(),
    })
    .optional(),
});

function listVariableFiles(): string[] {
  return readdirSync(infra).filter((name) => name.startsWith('variables'));
}

function raise(text: string): never {
  throw new Error(`Terraform said this of no case: ${text}`);
}

/** As `terraform output -json it` prints it. */
function readOutput(folder: string) {
  const state = JSON.parse(readFileSync(path.join(folder, 'terraform.tfstate'), 'utf8'));
  return state.outputs.it.value;
}

function copyParts(folder: string, names: string[]): void {
  for (const name of names) cpSync(path.join(infra, name), path.join(folder, name), { recursive: true });
}

function run(folder: string, args: string[]): string {
  return execFileSync(terraform ?? '', args, {
    cwd: folder,
    env: environment(folder),
    encoding: 'utf8',
    stdio: 'pipe',
  });
}

function environment(folder: string) {
  return { HOME: folder, CHECKPOINT_DISABLE: '1', TF_CLI_CONFIG_FILE: '/dev/null' };
}

function inTemporaryFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), 'cmap-terraform-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function findTerraform(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  return folders.map((folder) => path.join(folder, 'terraform')).find((file) => existsSync(file));
}
