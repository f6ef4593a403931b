import type { Completed, Flag, Place } from './list-places.ts';

/** A line for each word and option; files are completed where a command may take one. */
export function fishScript(places: readonly Place[]): string {
  return `# fish completion for cmap. Once: cmap completion fish > ~/.config/fish/completions/cmap.fish
function __cmap_environments
    set -l home (set -q XDG_CONFIG_HOME; and echo $XDG_CONFIG_HOME; or echo $HOME/.config)
    sed -n 's/^    "\\([^"]*\\)": {$/\\1/p' $home/cmap/environments.json 2>/dev/null
end
function __cmap_values
    set -l words (commandline -opc)
    set -l env
    set -l at (contains -i -- --env $words); and set env --env $words[(math $at + 1)]
    set -l joined (string match -r -- '^--env=.+' $words); and set env $joined[1]
    command $words[1] __complete $argv[1] $env 2>/dev/null </dev/null
end
function __cmap_at
    set -l places ${places.flatMap(({ at }) => (at === '' ? [] : [quote(at)])).join(' ')}
    set -l at ''
    for word in (commandline -opc)[2..-1]
        set -l next (string trim -- "$at $word")
        contains -- $next $places; and set at $next
    end
    test "$at" = "$argv[1]"
end
${places.flatMap(toLines).join('\n')}`;
}

function toLines({ at, words, flags, completes }: Place): string[] {
  const begin = `complete -c cmap -n "__cmap_at '${at}'"`;
  return [
    ...words.map(({ text, description }) => `${begin} -f -a ${text} -d ${quote(description)}`),
    // Newest first, as they are printed.
    ...(completes ? [`${begin} -f -k -a '${listOf(completes)}'`] : []),
    ...flags.map((flag) => `${begin} ${spell(flag)}${takeValue(flag)} -d ${quote(flag.description)}`),
  ];
}

function takeValue({ takesValue, completes }: Flag): string {
  if (completes) return ` -r -f -a '${listOf(completes)}'`;
  return takesValue ? ' -r' : '';
}

function listOf(completes: Completed): string {
  return completes === 'environments' ? '(__cmap_environments)' : `(__cmap_values ${completes})`;
}

function spell({ names }: Flag): string {
  return names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`)).join(' ');
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
