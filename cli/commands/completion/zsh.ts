import { LIST_ENVIRONMENTS } from './list-environments.ts';
import type { Place } from './list-places.ts';

/** Works as a file `_cmap` in `fpath`, and when it is sourced. Where no word fits, zsh completes files. */
export function zshScript(places: readonly Place[]): string {
  return `#compdef cmap
# zsh completion for cmap. In ~/.zshrc, after compinit: source <(cmap completion zsh)
${LIST_ENVIRONMENTS}
_cmap() {
  local at= next i
  local -a entries flags values named
  for ((i = 2; i < CURRENT; i++)); do
    next="\${at:+$at }$words[i]"
    case "$next" in
      ${places.flatMap(({ at }) => (at === '' ? [] : [`'${at}'`])).join(' | ')}) at=$next ;;
    esac
  done
  case "$at" in
${places.map(toCase).join('\n')}
  esac
  if (( \${named[(Ie)$words[CURRENT - 1]]} )); then
    compadd -- \${(f)"$(_cmap_environments)"}
  elif (( \${values[(Ie)$words[CURRENT - 1]]} )); then
    _files
  elif [[ $words[CURRENT] == -* ]]; then
    _describe -o option flags
  elif (( $#entries )); then
    _describe command entries
  else
    _files
  fi
}
if [[ $funcstack[1] == _cmap ]]; then _cmap "$@"; else compdef _cmap cmap; fi`;
}

function toCase({ at, words, flags, takesEnvironment }: Place): string {
  const named = flags.filter((flag) => flag.takesEnvironment).flatMap(({ names }) => names);
  const options = flags.flatMap(({ names, description }) => names.map((text) => ({ text, description })));
  const values = flags.filter(({ takesValue }) => takesValue).flatMap(({ names }) => names);
  return `    '${at}')
      entries=(${takesEnvironment ? `\${(f)"$(_cmap_environments)"}` : words.map(toEntry).join(' ')})
      named=(${named.join(' ')})
      flags=(${options.map(toEntry).join(' ')})
      values=(${values.join(' ')}) ;;`;
}

/** The first colon divides the word from its description. */
function toEntry({ text, description }: { text: string; description: string }): string {
  return `'${text}:${description.replaceAll("'", "'\\''")}'`;
}
