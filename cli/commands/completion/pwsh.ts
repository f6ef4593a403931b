import type { Place } from './list-places.ts';

/** For PowerShell 5 and later. Where nothing fits, PowerShell completes files. */
export function pwshScript(places: readonly Place[]): string {
  return `# PowerShell completion for cmap. In $PROFILE: cmap completion pwsh | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName cmap -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $places = @{
${places.map(toPlace).join('\n')}
    }
    $at = ''
    foreach ($element in $commandAst.CommandElements | Select-Object -Skip 1) {
        if ($element.Extent.EndOffset -ge $cursorPosition) { break }
        $next = "$at $element".Trim()
        if ($places.ContainsKey($next)) { $at = $next }
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

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
