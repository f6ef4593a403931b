import { LIST_ENVIRONMENTS } from './list-environments.ts';
import { namesOf, type Place } from './list-places.ts';

/** Works as a file `_cmap` in `fpath`, and when it is sourced. Where no word fits, zsh completes files. */
export function zshScript(places: readonly Place[]): string {
  return `#compdef cmap
# zsh completion for cmap. In ~/.zshrc, after compinit: source <(cmap completion zsh)
${LIST_ENVIRONMENTS}
_cmap_values() {
  local i
  local -a env
  for ((i = 2; i < CURRENT; i++)); do
    case "$words[i]" in
      --env) (( i + 1 < CURRENT )) && env=(--env "$words[i + 1]") ;;
      --env=*) env=("$words[i]") ;;
    esac
  done
  if [[ $1 == environments ]]; then _cmap_environments
  else "\${(Q)words[1]}" __complete "$1" "\${env[@]}" 2>/dev/null </dev/null
  fi
}
_cmap_fill() {
  local -a lines names shown
  lines=("\${(@f)$(_cmap_values "$1")}")
  names=("\${(@)lines%%$'\\t'*}")
  shown=("\${(@)lines//$'\\t'/  -- }")
  [[ -n "$names[1]" ]] && compadd -l -d shown -a names
}
_cmap() {
  local at= next i kind
  local -a entries flags values environments projects
  for ((i = 2; i < CURRENT; i++)); do
    next="\${at:+$at }$words[i]"
    case "$next" in
      ${places.flatMap(({ at }) => (at === '' ? [] : [`'${at}'`])).join(' | ')}) at=$next ;;
    esac
  done
  case "$at" in
${places.map(toCase).join('\n')}
  esac
  if (( \${environments[(Ie)$words[CURRENT - 1]]} )); then
    _cmap_fill environments
  elif (( \${projects[(Ie)$words[CURRENT - 1]]} )); then
    _cmap_fill projects
  elif (( \${values[(Ie)$words[CURRENT - 1]]} )); then
    _files
  elif [[ $words[CURRENT] == -* ]]; then
    _describe -o option flags
  elif [[ -n "$kind" ]]; then
    _cmap_fill "$kind"
  elif (( $#entries )); then
    _describe command entries
  else
    _files
  fi
}
if [[ $funcstack[1] == _cmap ]]; then _cmap "$@"; else compdef _cmap cmap; fi`;
}

function toCase({ at, words, flags, completes }: Place): string {
  const options = flags.flatMap(({ names, description }) => names.map((text) => ({ text, description })));
  const values = flags.filter(({ takesValue }) => takesValue).flatMap(({ names }) => names);
  return `    '${at}')
      kind='${completes ?? ''}'
      entries=(${words.map(toEntry).join(' ')})
      environments=(${namesOf(flags, 'environments').join(' ')})
      projects=(${namesOf(flags, 'projects').join(' ')})
      flags=(${options.map(toEntry).join(' ')})
      values=(${values.join(' ')}) ;;`;
}

/** The first colon divides the word from its description. */
function toEntry({ text, description }: { text: string; description: string }): string {
  return `'${text}:${description.replaceAll("'", "'\\''")}'`;
}
