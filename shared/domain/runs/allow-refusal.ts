/** Why a word that was to let files pass lets none. Dashboards count these words: add freely, rename never. */
export type AllowRefusal =
  /** No refused work of the ticket waits to be let pass. */
  | { reason: 'allow-of-nothing' }
  /** The newest refused run was not refused for these files; of them, earlier ones whose work waited were. */
  | { reason: 'allow-of-other-files'; paths: string[]; earlier?: string[] }
  /** No person lets these pass. */
  | { reason: 'allow-never'; files: { path: string; rule: string }[] }
  /** The binding lets no person. */
  | { reason: 'allow-off' }
  /** The ticket is done, and nothing is worked on there. */
  | { reason: 'allow-issue-done' }
  | { reason: 'allow-edited' }
  | { reason: 'allow-of-older-refusal' }
  | { reason: 'allow-by-no-person' }
  /** Who it is in GitLab is not known. */
  | { reason: 'allow-person-unknown'; why: 'no-address' | 'no-user' }
  | { reason: 'allow-not-a-maintainer' };
