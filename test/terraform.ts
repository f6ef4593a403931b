import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

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
 * What Terraform says against these values of the variables, on one line; nothing when they are accepted. `file` is one
 * of environments/.
 */
export function refuseVariables(values: Record<string, unknown>, file?: string): string {
  return inTemporaryFolder((folder) => {
    copyParts(
      folder,
      readdirSync(infra).filter((name) => name.startsWith('variables')),
    );
    writeFileSync(path.join(folder, 'given.tfvars.json'), JSON.stringify(values));
    const files = [...(file ? [path.join(infra, 'environments', file)] : []), 'given.tfvars.json'];
    const args = ['plan', '-input=false', '-no-color', ...files.map((one) => `-var-file=${one}`)];
    const { status, stderr } = spawnSync(terraform ?? '', args, {
      cwd: folder,
      env: environment(folder),
      encoding: 'utf8',
    });
    return status === 0 ? '' : stderr.replaceAll(/[\s│╷╵]+/g, ' ').trim();
  });
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
