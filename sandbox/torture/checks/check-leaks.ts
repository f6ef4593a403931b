import { listSecretForms } from '../../../shared/kernel/redaction/secret-forms.ts';
import { dumpStorage } from '../../storage/dump-storage.ts';
import type { TortureEnvironment } from '../environment/torture-environment.ts';
import type { Violation } from './violation.ts';

/** No credential stands anywhere it does not belong to: logs, storage, prompts, comments, notes, commits. */
export async function checkLeaks({ environment, log, secrets }: TortureEnvironment): Promise<Violation[]> {
  const { gitlab, jira, model } = environment;
  const places: Record<string, string[]> = {
    log,
    storage: await dumpStorage(environment.proxy.connectionString),
    prompts: (model?.requests ?? []).map(({ body }) => body),
    tickets: jira.issueKeys.map((key) => JSON.stringify([jira.comments(key), [...jira.issue(key).properties]])),
    'merge requests': gitlab.state.projects.flatMap(({ mergeRequests }) =>
      mergeRequests.map(({ title, description, discussions }) =>
        JSON.stringify([title, description, discussions.map(({ notes }) => notes.map(({ body }) => body))]),
      ),
    ),
    commits: await Promise.all(
      gitlab.state.projects.map(({ repository }) => repository.git(['log', '--all', '-p', '--format=raw'])),
    ),
  };
  return secrets.flatMap((secret, index) => {
    const { plain, base64 } = listSecretForms(secret);
    const forms = [...plain, ...base64];
    return Object.entries(places).flatMap(([place, texts]) =>
      texts
        .filter((text) => forms.some((form) => text.includes(form)))
        .map(() => ({ kind: 'leak' as const, what: `secret ${index + 1} stands in the ${place}`, ids: [] })),
    );
  });
}
