import pLimit from 'p-limit';
import type { Binding } from '../../domain/mapping/binding.ts';
import { bindingName } from '../../domain/mapping/binding-key.ts';
import { parseAlias, toEnvironmentName } from '../../domain/mapping/credential-names.ts';
import { TaskError } from '../../kernel/errors.ts';
import type { CredentialRegistry } from './credential-registry.ts';

export interface CredentialCheck {
  /** Lower-cased when it is a name at all. */
  credentialRef: string;
  /** `GITLAB_TOKEN__PLATFORM_TEAM`, for people. */
  name: string;
  /** Names of the bindings that need it. */
  usedBy: string[];
  /** Absent when the credential is there. Names the bindings, the ref and the aliases there are; never a value. */
  problem?: string;
  /** Whether trying later may help: the Key Vault did not answer. */
  retry?: boolean;
  /** Whether there is no credential of this name; otherwise it is there and cannot be read. */
  isUnknown?: boolean;
}

const CONCURRENT_LOOK_UPS = 8;

/** Checks that every credential the bindings name exists, and reports all that do not. */
export async function checkCredentials(
  bindings: readonly Pick<Binding, 'jiraProject' | 'repo' | 'credentialRef'>[],
  registry: Pick<CredentialRegistry, 'get'>,
): Promise<CredentialCheck[]> {
  const byRef = Map.groupBy(bindings, ({ credentialRef }) => parseAlias(credentialRef) ?? credentialRef);
  const limit = pLimit(CONCURRENT_LOOK_UPS);
  return Promise.all(
    [...byRef].map(([ref, users]) =>
      limit(() =>
        checkOne(
          ref,
          // Several routes of one project may use it.
          [...new Set(users.map(bindingName))],
          registry,
        ),
      ),
    ),
  );
}

async function checkOne(
  ref: string,
  usedBy: string[],
  registry: Pick<CredentialRegistry, 'get'>,
): Promise<CredentialCheck> {
  const alias = parseAlias(ref);
  const common = {
    credentialRef: alias ?? '(not a name)',
    name: alias ? toEnvironmentName(alias) : 'credential_ref',
    usedBy,
  };
  try {
    await registry.get(ref);
    return common;
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    const problem = `${formatBindings(usedBy)}: ${error.detail ?? error.code}`;
    const isUnknown = error.code === 'credential-unknown';
    return { ...common, problem, retry: error.code === 'key-vault-unavailable', isUnknown };
  }
}

function formatBindings(usedBy: readonly string[]): string {
  return `${usedBy.length === 1 ? 'Binding' : 'Bindings'} ${usedBy.join(', ')}`;
}
