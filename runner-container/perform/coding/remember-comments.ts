import type { IssueComment, Jira } from '../../../shared/domain/ports/jira.ts';

type Comments = Pick<Jira, 'listComments' | 'addComment' | 'updateComment'>;

/**
 * The same Jira for one run, which lists the comments of an issue once: a ticket of 400 costs four requests each time.
 * What the run writes is added; after a write that failed the comments are listed again, because nothing is known then.
 * What people write meanwhile is not seen: it is a request of its own, for the next run.
 */
export function rememberComments<OneJira extends Comments>(jira: OneJira): OneJira {
  const known = new Map<string, IssueComment[]>();

  const write = async <T>(key: string, work: () => Promise<T>, add: (comments: IssueComment[], written: T) => void) => {
    const comments = known.get(key);
    known.delete(key);
    const written = await work();
    if (comments) {
      add(comments, written);
      known.set(key, comments);
    }
    return written;
  };

  const remembering: Comments = {
    async listComments(key, signal) {
      const comments = known.get(key) ?? (await jira.listComments(key, signal));
      known.set(key, comments);
      return comments.map((comment) => ({ ...comment }));
    },
    addComment: (key, markdown, ...rest) =>
      write(
        key,
        () => jira.addComment(key, markdown, ...rest),
        (comments, comment) => comments.push({ ...comment }),
      ),
    updateComment: (key, commentId, markdown, ...rest) =>
      write(
        key,
        () => jira.updateComment(key, commentId, markdown, ...rest),
        (comments) => {
          for (const comment of comments) if (comment.id === commentId) comment.body = markdown;
        },
      ),
  };
  return { ...jira, ...remembering };
}
