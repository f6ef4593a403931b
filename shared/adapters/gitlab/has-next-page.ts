/** Whether a list goes on, by its header `Link`. */
export function hasNextPage(link: string | undefined): boolean {
  return link !== undefined && /;\s*rel="?next"?/.test(link);
}
