import { LIST_ENVIRONMENTS } from './list-environments.ts';
import { namesOf, type Place } from './list-places.ts';

/**
 * For bash 3.2, which macOS has, and later. Where no word fits, bash completes files. Names that a deployment holds are
 * never expanded: `compgen -W` would run what is in them.
 */
export function bashScript(places: readonly Place[]): string {
  return `# bash completion for cmap. In ~/.bashrc: source <(cmap completion bash)
${LIST_ENVIRONMENTS}
_cmap_values() {
  local i env=()
  for ((i = 1; i + 1 < COMP_CWORD; i++)); do
    [[ \${COMP_WORDS[i]} == --env ]] || continue
    env=(--env "\${COMP_WORDS[i + 1]}")
    [[ \${COMP_WORDS[i + 1]} == = ]] && env=(--env "\${COMP_WORDS[i + 2]}")
  done
  if [[ $1 == environments ]]; then _cmap_environments
  else "\${COMP_WORDS[0]}" __complete "$1" \${env[@]+"\${env[@]}"} 2>/dev/null </dev/null
  fi
}
_cmap_fill() {
  local typed=\${2//\\\\/} name quoted
  while IFS=$'\\t' read -r name _; do
    if [[ -n $name && $name == "$typed"* ]]; then
      printf -v quoted %q "$name"
      COMPREPLY+=("$quoted")
    fi
  done <<< "$(_cmap_values "$1")"
}
_cmap_query() {
  local line=\${COMP_LINE:0:COMP_POINT} typed minus="" prefix="" name quoted
  typed=\${line##*[[:space:]]}
  # What bash replaces begins behind the last colon.
  [[ $typed == *:* && $COMP_WORDBREAKS == *:* ]] && prefix=\${typed%"\${typed##*:}"}
  [[ $typed == -* ]] && minus=-
  typed=\${typed//\\\\/}
  while IFS=$'\\t' read -r name _; do
    if [[ -n $name && $minus$name == "$typed"* ]]; then
      printf -v quoted %q "$minus$name"
      COMPREPLY+=("\${quoted#"$prefix"}")
    fi
  done <<< "$(_cmap_values queries)"
}
_cmap() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} at="" next i
  local words flags values environments projects kind
  for ((i = 1; i < COMP_CWORD; i++)); do
    next="\${at:+$at }\${COMP_WORDS[i]}"
    case "$next" in
      ${places.flatMap(({ at }) => (at === '' ? [] : [quote(at)])).join(' | ')}) at=$next ;;
    esac
  done
  case "$at" in
${places.map(toCase).join('\n')}
  esac
  COMPREPLY=()
  case " $environments " in *" $prev "*) _cmap_fill environments "$cur"; return ;; esac
  case " $projects " in *" $prev "*) _cmap_fill projects "$cur"; return ;; esac
  case " $values " in *" $prev "*) return ;; esac
  if [[ $kind == queries ]]; then
    case "$cur" in -*) COMPREPLY=($(compgen -W "$flags" -- "$cur")) ;; esac
    case "$cur" in -|--*) ;; *) _cmap_query ;; esac
    return
  fi
  case "$cur" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$cur")) ;;
    *)
      if [[ -n $kind ]]; then _cmap_fill "$kind" "$cur"
      else COMPREPLY=($(compgen -W "$words" -- "$cur"))
      fi ;;
  esac
}
complete -o default -F _cmap cmap`;
}

function toCase({ at, words, flags, completes }: Place): string {
  const values = flags.filter(({ takesValue }) => takesValue).flatMap(({ names }) => names);
  return `    ${quote(at)})
      kind=${quote(completes ?? '')}
      words=${quote(words.map(({ text }) => text).join(' '))}
      environments=${quote(namesOf(flags, 'environments').join(' '))}
      projects=${quote(namesOf(flags, 'projects').join(' '))}
      flags=${quote(flags.flatMap(({ names }) => names).join(' '))}
      values=${quote(values.join(' '))} ;;`;
}

function quote(text: string): string {
  return `'${text}'`;
}
