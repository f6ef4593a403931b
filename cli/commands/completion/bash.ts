import type { Place } from './list-places.ts';

/** For bash 3.2, which macOS has, and later. Where no word fits, bash completes files. */
export function bashScript(places: readonly Place[]): string {
  return `# bash completion for cmap. In ~/.bashrc: source <(cmap completion bash)
_cmap() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} at="" next i words flags values
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
  case " $values " in *" $prev "*) return ;; esac
  case "$cur" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$cur")) ;;
    *) COMPREPLY=($(compgen -W "$words" -- "$cur")) ;;
  esac
}
complete -o default -F _cmap cmap`;
}

function toCase({ at, words, flags }: Place): string {
  const values = flags.filter(({ takesValue }) => takesValue).flatMap(({ names }) => names);
  return `    ${quote(at)})
      words=${quote(words.map(({ text }) => text).join(' '))}
      flags=${quote(flags.flatMap(({ names }) => names).join(' '))}
      values=${quote(values.join(' '))} ;;`;
}

function quote(text: string): string {
  return `'${text}'`;
}
