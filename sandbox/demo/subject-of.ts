/** `coding~PROJ-1~0` is about PROJ-1, `audit~1.0.0~…` about a release; `review~7~3~abc` about merge request !3. */
export function subjectOf(taskId: string): string {
  const [kind = '', subject = '', iid = ''] = taskId.split('~');
  return kind === 'coding' || kind === 'audit' ? subject : `!${iid}`;
}
