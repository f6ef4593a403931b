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
    foreach ($element in $commandAst.CommandElements | Select-Object -Skip 1) {
        if ($element.Extent.EndOffset -ge $cursorPosition) { break }
        $before = "$element"
        $next = "$at $element".Trim()
        if ($places.ContainsKey($next)) { $at = $next }
    }
    if ($named[$at] -contains $before -or ($named[$at] -contains 'argument' -and -not "$wordToComplete".StartsWith('-'))) {
        $home_ = if ($env:APPDATA) { $env:APPDATA } elseif ($env:XDG_CONFIG_HOME) { $env:XDG_CONFIG_HOME } else { "$HOME/.config" }
        $file = Get-Content -Raw "$home_/cmap/environments.json" -ErrorAction SilentlyContinue
        if (-not $file) { return }
        ($file | ConvertFrom-Json).environments.PSObject.Properties.Name | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
            [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
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

/** What is followed by the name of an environment: options, or the command itself as `argument`. */
function toNamed({ at, flags, takesEnvironment }: Place): string {
  const options = flags.filter((flag) => flag.takesEnvironment).flatMap(({ names }) => names);
  const named = [...options, ...(takesEnvironment ? ['argument'] : [])];
  return `        ${quote(at)} = @(${named.map(quote).join(', ')})`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
