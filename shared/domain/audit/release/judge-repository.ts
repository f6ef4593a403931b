import type { RepositoryFacts } from '../facts/repository.ts';
import type { ChangeLink } from '../links/change-link.ts';
import { linkChange } from '../links/link-change.ts';
import { buildRepositoryModel, type RepositoryModel } from '../model/repository-model.ts';
import { type JudgedChange, judgeChange } from './judged-change.ts';
import { normalizeRepository } from './normalize-facts.ts';
import type { ReleaseFrame } from './release-frame.ts';

/** One repository of a release with what was decided about its changes. Nothing in it depends on another repository. */
export interface JudgedRepository {
  model: RepositoryModel;
  links: ChangeLink[];
  /** In the order of the model. */
  changes: JudgedChange[];
}

/** Puts the facts of a repository together and judges every change of it. */
export function judgeRepository(facts: RepositoryFacts, frame: ReleaseFrame): JudgedRepository {
  const model = buildRepositoryModel(normalizeRepository(facts));
  const elsewhere = new Map(model.facts.elsewhere.map((commit) => [commit.sha, commit]));
  const context = { model, tickets: frame.tickets, reader: frame.reader, elsewhere };
  const links = withCarried(
    model.changes.flatMap((change) => linkChange(change, context)),
    model,
  );
  const byChange = Map.groupBy(links, (link) => link.change.id);
  const changes = model.changes.map((change) => judgeChange(change, byChange.get(change.id) ?? [], model, frame));
  return { model, links, changes };
}

/** A merge request that only brings others has the code these have; one outside the binding's paths has none here. */
function withCarried(links: readonly ChangeLink[], model: RepositoryModel): ChangeLink[] {
  const carried = new Set(
    model.changes.flatMap((change) =>
      change.kind === 'merge-request' &&
      change.inScope &&
      change.commits.some((one) => !model.net.revertedBy.has(one.sha))
        ? change.mergeRequest.carriers
        : [],
    ),
  );
  return links.map((link) => {
    const { change } = link;
    const brings = change.kind === 'merge-request' && change.carrierOnly && carried.has(change.mergeRequest.facts.iid);
    return { ...link, net: change.inScope && link.row.covers && (link.net || brings) };
  });
}
