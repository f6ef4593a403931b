import type { GitLab } from '../../../shared/domain/ports/gitlab.ts';
import { formatFindingNote } from '../../../shared/domain/review/format-finding-note.ts';
import type { Placement } from '../../../shared/domain/review/place-finding.ts';
import type { PlannedFinding } from '../../../shared/domain/review/plan-notes.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';

/** Where a review is posted. */
export interface ReviewPlace {
  projectId: number;
  iid: number;
  headSha: string;
  scope: string;
}

/**
 * Posts a finding at its best place that GitLab accepts: its lines, else its file, else a thread at no place, which
 * people can resolve as they can the others. Resolves with the kind of place. Only a refusal moves it on; when GitLab
 * does not answer, the finding may be there already.
 * @throws {TaskError} `gitlab-*`
 */
export async function postFinding(
  planned: PlannedFinding,
  { projectId, iid, headSha, scope }: ReviewPlace,
  gitlab: Pick<GitLab, 'createDiscussion'>,
): Promise<Placement['kind']> {
  let placement = planned.placement;
  for (;;) {
    const body = formatFindingNote(planned, placement, { headSha, scope });
    if (placement.kind === 'note') {
      await gitlab.createDiscussion(projectId, iid, body);
      return placement.kind;
    }
    try {
      await gitlab.createDiscussion(projectId, iid, body, placement.position);
      return placement.kind;
    } catch (error) {
      if (!(error instanceof TaskError) || error.code !== 'gitlab-refused') throw error;
      placement = placement.otherwise;
    }
  }
}
