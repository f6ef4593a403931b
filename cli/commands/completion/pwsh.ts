import type { Place } from './list-places.ts';

/** For PowerShell 5 and later. Where nothing fits, PowerShell completes files. */
export function pwshScript(places: readonly Place[]): string {
  return `# PowerShell completion for cmap. In $PROFILE: cmap completion pwsh | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName cmap -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $places = @{
${places.map(toPlace).join('\n')}
    }
    $named = @{
${places.map(toNamed).join('\n')}
    }
    $at = ''
    $before = ''
    $chosen = @()
    foreach ($element in $commandAst.CommandElements | Select-Object -Skip 1) {
        if ($element.Extent.EndOffset -ge $cursorPosition) { break }
        if ($before -eq '--env') { $chosen = @('--env', "$element") }
        if ("$element" -like '--env=*') { $chosen = @("$element") }
        $before = "$element"
        $next = "$at $element".Trim()
        if ($places.ContainsKey($next)) { $at = $next }
    }
    $kind = $named[$at][$before]
    if (-not $kind -and -not "$wordToComplete".StartsWith('-')) { $kind = $named[$at]['argument'] }
    if ($kind -eq 'environments') {
        $home_ = if ($env:APPDATA) { $env:APPDATA } elseif ($env:XDG_CONFIG_HOME) { $env:XDG_CONFIG_HOME } else { "$HOME/.config" }
        $file = Get-Content -Raw "$home_/cmap/environments.json" -ErrorAction SilentlyContinue
        if (-not $file) { return }
        ($file | ConvertFrom-Json).environments.PSObject.Properties.Name | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
            [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
        }
        return
    }
    if ($kind) {
        $typed = "$wordToComplete".Trim([char]39)
        & $commandAst.CommandElements[0].Value __complete $kind @chosen 2>$null | ForEach-Object {
            $name, $about = "$_" -split "\`t", 2
            if ($name -and $name.StartsWith($typed)) {
                $word = if ($name -match '[ ~@<]') { "'$name'" } else { $name }
                $tip = if ($about) { $about } else { $name }
                [System.Management.Automation.CompletionResult]::new($word, $name, 'ParameterValue', $tip)
            }
        }
        return
    }
    $places[$at].GetEnumerator() | Where-Object { $_.Key -like "$wordToComplete*" } | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($_.Key, $_.Key, 'ParameterValue', $_.Value)
    }
}`;
}

function toPlace({ at, words, flags }: Place): string {
  const options = flags.flatMap(({ names, description }) => names.map((text) => ({ text, description })));
  const lines = [...words, ...options].map(
    ({ text, description }) => `            ${quote(text)} = ${quote(description)}`,
  );
  return [`        ${quote(at)} = [ordered]@{`, ...lines, '        }'].join('\n');
}

/** What is followed by a name, and by which: options, or the command itself as `argument`. */
function toNamed({ at, flags, completes }: Place): string {
  const options = flags.flatMap((flag) => flag.names.map((name) => [name, flag.completes] as const));
  const named = [...options, ['argument', completes] as const].flatMap(([name, kind]) =>
    kind === undefined ? [] : [`${quote(name)} = ${quote(kind)}`],
  );
  return `        ${quote(at)} = @{ ${named.join('; ')} }`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
