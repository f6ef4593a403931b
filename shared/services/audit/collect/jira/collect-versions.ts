import { NOT_KNOWN } from '../../../../domain/audit/facts/known.ts';
import type { VersionFacts } from '../../../../domain/audit/facts/version.ts';
import { TaskError } from '../../../../kernel/errors.ts';
import type { AuditPlan } from '../../plan/audit-plan.ts';
import type { Asker } from '../ask/asker.ts';
import { VersionCountsApi, VersionsApi } from './api-schemas.ts';

const PAGE = 100;

/**
 * The fix version in each project that has it. The same name in several projects is one release. The name is compared
 * as it stands, so that a quote or a bracket in it cannot matter. @throws {TaskError} `version-unknown` when no project
 * has it.
 */
export async function collectVersions(
  { projects, fixVersion }: AuditPlan,
  asker: Asker,
  siteUrl: string,
): Promise<VersionFacts[]> {
  const versions: VersionFacts[] = [];
  for (const project of projects) {
    const found = await asker.orGap(project, () => findVersion(project, fixVersion, asker, siteUrl), undefined);
    if (found) versions.push(found);
  }
  if (versions.length > 0 || asker.gaps().length > 0) return versions;
  throw new TaskError('version-unknown', { detail: `"${fixVersion}" in ${projects.join(', ')}.` });
}

async function findVersion(
  project: string,
  name: string,
  asker: Asker,
  siteUrl: string,
): Promise<VersionFacts | undefined> {
  const path = `project/${encodeURIComponent(project)}/version`;
  for (let startAt = 0; ; startAt += PAGE) {
    const query = { query: name, maxResults: PAGE, startAt };
    const { value, source } = await asker.ask({ service: 'jira', method: 'GET', path, query }, VersionsApi);
    const version = value.values.find((one) => one.name === name);
    if (version) {
      const counts = { service: 'jira', method: 'GET', path: `version/${version.id}/relatedIssueCounts` } as const;
      const count = await asker.orGap(project, () => asker.ask(counts, VersionCountsApi), undefined);
      return {
        project,
        id: version.id,
        name,
        released: version.released,
        releaseDate: version.releaseDate ?? null,
        fixedIssueCount: count?.value.issuesFixedCount ?? NOT_KNOWN,
        url: `${siteUrl.replace(/\/+$/, '')}/projects/${project}/versions/${version.id}`,
        source,
      };
    }
    if (value.isLast !== false || value.values.length === 0) return undefined;
  }
}
