/**
 * A shell function that prints the names of the environments, for bash and zsh. It reads them by the form cmap writes
 * the file in, since a start of cmap for each word would be felt.
 */
export const LIST_ENVIRONMENTS = `_cmap_environments() {
  sed -n 's/^    "\\([^"]*\\)": {$/\\1/p' "\${XDG_CONFIG_HOME:-\${HOME-}/.config}/cmap/environments.json" 2>/dev/null
}`;
