import { toLinkedChange } from '../links/linked-change.ts';
import type { JudgedRepository } from '../release/judge-repository.ts';
import { collectOutsideWork, type OutsideWork } from '../release/outside-work.ts';
import type { ReleaseFrame } from '../release/release-frame.ts';
import type { TicketLink } from '../release/release-model.ts';
import type { AuditReport } from '../report/audit-report.ts';
import { compareText } from '../report/compare-text.ts';
import { buildReport } from './build-report.ts';
import type { ClosingFacts } from './closing-facts.ts';
import { type RepositoryReport, reportRepository } from './repository-report.ts';

/** A report in the making. Repositories are added one after another, and what they were judged from is not kept. */
export interface ReleaseReport {
  add(judged: JudgedRepository): void;
  finish(closing: ClosingFacts): AuditReport;
}

/** Begins the report of a release. The order in which repositories are added does not show in it. */
export function createReleaseReport(frame: ReleaseFrame): ReleaseReport {
  const parts = new Map<string, RepositoryPart>();
  return {
    add(judged) {
      const outsideWork = new Map<string, OutsideWork[]>();
      collectOutsideWork(outsideWork, judged.model, frame);
      const links = judged.links.map(({ change, ticket, net, reverted }): [string, TicketLink] => [
        ticket.key,
        { change: toLinkedChange(change), net, reverted },
      ]);
      parts.set(judged.model.facts.repository, { report: reportRepository(judged, frame), outsideWork, links });
    },
    finish(closing) {
      const sorted = [...parts].sort(([a], [b]) => compareText(a, b)).map(([, part]) => part);
      const linksTo = gather(sorted.flatMap(({ links }) => links));
      const outsideWork = gather(
        sorted.flatMap((part) => [...part.outsideWork].flatMap(([key, works]) => works.map(toPairOf(key)))),
      );
      const release = { ...frame, linksTo: (key: string) => linksTo.get(key) ?? [], outsideWork };
      return buildReport(
        release,
        sorted.map(({ report }) => report),
        closing,
      );
    },
  };
}

interface RepositoryPart {
  report: RepositoryReport;
  links: [string, TicketLink][];
  outsideWork: ReadonlyMap<string, readonly OutsideWork[]>;
}

function toPairOf(key: string): (work: OutsideWork) => [string, OutsideWork] {
  return (work) => [key, work];
}

function gather<T>(pairs: readonly (readonly [string, T])[]): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const [key, value] of pairs) {
    const same = found.get(key);
    if (same) same.push(value);
    else found.set(key, [value]);
  }
  return found;
}
