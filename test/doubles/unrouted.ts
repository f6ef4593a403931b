import type { RouteIssue } from '../../shared/services/runs/route-issue.ts';

/** Issues of projects that have one repository. */
export const unrouted: RouteIssue = async ({ issueKey }, [binding]) => {
  if (!binding) throw new Error(`The test has no binding of ${issueKey}`);
  return { binding };
};
