/**
 * Git runs this once for each branch that is pushed. The server puts the protected branches the pusher may not
 * touch into `SANDBOX_PROTECTED`, one per line; the words are the ones GitLab answers with.
 */
export const UPDATE_HOOK = `#!/bin/sh
branch="\${1#refs/heads/}"
printf '%s\\n' "$SANDBOX_PROTECTED" | grep -Fxq -- "$branch" || exit 0
echo "GitLab: You are not allowed to push code to protected branches on this project." >&2
exit 1
`;
