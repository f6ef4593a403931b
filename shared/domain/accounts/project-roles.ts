/** Roles in a GitLab project, as `getAccessLevel` of the port says them: a developer pushes to branches. */
export const DEVELOPER = 30;
/** Pushes to protected branches as well. */
export const MAINTAINER = 40;
