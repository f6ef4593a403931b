import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import vm from 'node:vm';

/**
 * The part of Microsoft's Kusto language service that is used here; the package is a translated .NET assembly of
 * globals.
 */
interface KustoLanguage {
  Symbols: {
    TableSymbol: { $ctor7: new (name: string, schema: string, description: null) => object };
    DatabaseSymbol: { $ctor1: new (name: string, tables: object[], open: boolean) => object };
  };
  GlobalState: { Default: { WithDatabase(database: object): object } };
  KustoCode: {
    ParseAndAnalyze(text: string, globals: object): { GetDiagnostics(): List; ResultType?: { Columns?: List } };
  };
}

interface List {
  Count: number;
  getItem(index: number): { Severity: string; Message: string; Start: number; Length: number; Name: string };
}

/** The columns the queries may use. https://learn.microsoft.com/azure/azure-monitor/reference/tables-index */
const TABLES: Record<string, string> = {
  AppTraces: 'TimeGenerated:datetime, Message:string, SeverityLevel:int, AppRoleName:string, OperationId:string',
  AppRequests:
    'TimeGenerated:datetime, Name:string, ResultCode:string, DurationMs:real, Success:bool, OperationId:string',
  AppAvailabilityResults: 'TimeGenerated:datetime, Name:string, Success:bool, Message:string, Location:string',
  ContainerAppConsoleLogs_CL:
    'TimeGenerated:datetime, Log_s:string, ContainerGroupName_s:string, ContainerJobName_s:string',
  ContainerAppSystemLogs_CL: 'TimeGenerated:datetime, Log_s:string, Reason_s:string, Type_s:string, JobName_s:string',
  _LogOperation: 'TimeGenerated:datetime, Category:string, Operation:string, Level:string, Detail:string',
};

/**
 * Parses and binds a query against the tables of the workspace. Problems are sentences with the text they are about.
 */
export function createKusto(): (query: string) => { problems: string[]; columns: string[] } {
  const require = createRequire(import.meta.url);
  const folder = path.dirname(require.resolve('@kusto/language-service-next/package.json'));
  for (const name of ['bridge.min.js', 'Kusto.Language.Bridge.min.js'])
    vm.runInThisContext(readFileSync(path.join(folder, name), 'utf8'), { filename: name });
  // The scripts have just made this global; there is no import that would carry its type.
  const { Language } = (globalThis as unknown as { Kusto: { Language: KustoLanguage } }).Kusto;
  const { TableSymbol, DatabaseSymbol } = Language.Symbols;
  const tables = Object.entries(TABLES).map(([name, columns]) => new TableSymbol.$ctor7(name, `(${columns})`, null));
  const globals = Language.GlobalState.Default.WithDatabase(new DatabaseSymbol.$ctor1('logs', tables, false));

  return (query) => {
    const code = Language.KustoCode.ParseAndAnalyze(query, globals);
    const problems = listItems(code.GetDiagnostics());
    return {
      problems: problems.map(({ Message, Start, Length }) => `${Message} (${query.slice(Start, Start + Length)})`),
      columns: listItems(code.ResultType?.Columns).map(({ Name }) => Name),
    };
  };
}

function listItems(list: List | undefined) {
  return Array.from({ length: list?.Count ?? 0 }, (_, index) => list?.getItem(index)).filter(
    (one) => one !== undefined,
  );
}
