import type { ReleaseFrame } from '../release/release-frame.ts';
import type { Finding } from '../report/finding.ts';
import { createFinding } from './create-finding.ts';

/** Audited projects that do not have the version, while others do: the same name in several projects is one release. */
export function checkProjects({ facts }: ReleaseFrame): Finding[] {
  const having = new Set(facts.versions.map((version) => version.project));
  const { projects, fixVersion } = facts.request;
  // Where no project has it there is nothing to compare with; that is a gap.
  if (having.size === 0) return [];
  return [...projects]
    .filter((project) => !having.has(project))
    .map((project) =>
      createFinding({
        rule: 'ticket-not-in-version',
        subject: { kind: 'project', id: project },
        detail: `${project} has no version ${fixVersion}, so none of its tickets can be in it.`,
        next: `Create the version ${fixVersion} in ${project}, or leave the project out of the audit.`,
        sources: facts.versions.map((version) => version.source),
      }),
    );
}
