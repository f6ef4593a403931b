/** Why a comment that says to go ahead approves nothing. Dashboards count these words: add freely, rename never. */
export type ApprovalRefusal = 'approval-edited' | 'approval-of-older-plan' | 'approval-by-no-person';
