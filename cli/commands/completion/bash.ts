import { LIST_ENVIRONMENTS } from './list-environments.ts';
import type { Place } from './list-places.ts';

/** For bash 3.2, which macOS has, and later. Where no word fits, bash completes files. */
export function bashScript(places: readonly Place[]): string {
  return `# bash completion for cmap. In ~/.bashrc: source <(cmap completion bash)
${LIST_ENVIRONMENTS}
_cmap() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} at="" next i words flags values named
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
  case " $named " in *" $prev "*)
    COMPREPLY=($(compgen -W "$(_cmap_environments)" -- "$cur"))
    return ;;
  esac
  case " $values " in *" $prev "*) return ;; esac
  case "$cur" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$cur")) ;;
    *) COMPREPLY=($(compgen -W "$words" -- "$cur")) ;;
  esac
}
complete -o default -F _cmap cmap`;
}

function toCase({ at, words, flags, takesEnvironment }: Place): string {
  const named = flags.filter((flag) => flag.takesEnvironment).flatMap(({ names }) => names);
  const values = flags.filter(({ takesValue }) => takesValue).flatMap(({ names }) => names);
  return `    ${quote(at)})
      words=${takesEnvironment ? '$(_cmap_environments)' : quote(words.map(({ text }) => text).join(' '))}
      named=${quote(named.join(' '))}
      flags=${quote(flags.flatMap(({ names }) => names).join(' '))}
      values=${quote(values.join(' '))} ;;`;
}

function quote(text: string): string {
  return `'${text}'`;
}
