import type { JiraBinding } from '../../../shared/domain/mapping/binding.ts';
import type { Jira } from '../../../shared/domain/ports/jira.ts';
import { type Check, fail, ok, warn } from './check.ts';

interface Need {
  /** Jira's key of the permission. */
  key: string;
  /** Its name in the permission scheme. */
  name: string;
  /** What does not work without it. */
  without: string;
  /** Whether runs fail without it. */
  isVital: boolean;
  /** It is granted for the whole site, by an administrator of Jira, and not in a project. */
  isGlobal?: true;
}

/** Every project permission the product uses (Jira Cloud, "Permissions for company-managed projects"). */
const NEEDS: readonly Need[] = [
  { key: 'BROWSE_PROJECTS', name: 'Browse projects', without: 'no issue is seen', isVital: true },
  { key: 'TRANSITION_ISSUES', name: 'Transition issues', without: 'no issue is moved', isVital: true },
  { key: 'ADD_COMMENTS', name: 'Add comments', without: 'nothing is reported on issues', isVital: true },
  {
    key: 'EDIT_ISSUES',
    name: 'Edit issues',
    without: 'issues get no marker (property cmap.claim) and no label is removed',
    isVital: true,
  },
  {
    key: 'EDIT_OWN_COMMENTS',
    name: 'Edit own comments',
    without: 'each report is a new comment instead of an edited one',
    isVital: false,
  },
  {
    key: 'ASSIGN_ISSUES',
    name: 'Assign issues',
    without: 'issues in review are assigned to no person',
    isVital: false,
  },
  { key: 'LINK_ISSUES', name: 'Link issues', without: 'issues get no link to their merge request', isVital: false },
];

/** A binding in shadow attaches its patches; a live one those of refused work, also where a branch must not have it. */
function listPatchNeeds({ mode, refusedWork }: Pick<JiraBinding, 'mode' | 'refusedWork'>): Need[] {
  if (mode === 'live' && refusedWork === 'drop') return [];
  const patches = mode === 'live' ? 'patches of refused work' : 'patches';
  const without = `${patches} stand in comments, cut to what fits there`;
  return [{ key: 'CREATE_ATTACHMENTS', name: 'Create attachments', without, isVital: false }];
}

/** To see who is in a group (`GET user/groups`) and in a role (`GET project/{key}/role/{id}`). */
function listAskerNeeds(askers: JiraBinding['askers']): Need[] {
  if (!askers) return [];
  const groups: Need = {
    key: 'USER_PICKER',
    name: 'Browse users and groups',
    without: 'members of the groups in askers cannot be seen, and their work is refused (asker-unknown)',
    // A role may name accounts alone.
    isVital: askers.groups.length > 0,
    isGlobal: true,
  };
  const roles: Need = {
    key: 'ADMINISTER_PROJECTS',
    name: 'Administer projects',
    without: 'members of the roles in askers cannot be seen, and all their work is refused (asker-unknown)',
    isVital: true,
  };
  return askers.roles.length > 0 ? [groups, roles] : [groups];
}

/** Whether the account may do everything in a Jira project that a run does, and see who may ask for it. */
export async function checkJiraPermissions(
  { jiraProject, askers, ...binding }: Pick<JiraBinding, 'jiraProject' | 'askers' | 'mode' | 'refusedWork'>,
  jira: Pick<Jira, 'listPermissions'>,
): Promise<Check[]> {
  const needs = [...NEEDS, ...listPatchNeeds(binding), ...listAskerNeeds(askers)];
  const keys = needs.map(({ key }) => key);
  const granted = await jira.listPermissions(jiraProject, keys);
  const missing = needs.filter(({ key }) => !granted.includes(key));
  if (missing.length === 0) return [ok(jiraProject, `Jira grants all ${keys.length} permissions a run uses`)];
  return missing.map(({ name, without, isVital, isGlobal }) =>
    (isVital ? fail : warn)(
      jiraProject,
      `Jira does not grant "${name}", so ${without}: ${isGlobal ? 'grant it in the global permissions of Jira' : 'add it to the permission scheme of the project'}`,
    ),
  );
}
