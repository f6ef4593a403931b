import { mapTexts } from '../../../shared/kernel/text/map-texts.ts';
import type { AgentReport, RunAgent } from '../../agent/agent.ts';

/**
 * The same agent, whose results hold no credential: what it hands in goes into commits, notes and comments, and is cut
 * on the way there.
 */
export function maskResults(runAgent: RunAgent, mask: (text: string) => string): RunAgent {
  return async (request, signal) => {
    const maskReport = <Result>(report: AgentReport<Result>): AgentReport<Result> => ({
      ...report,
      result: mapTexts(report.result, mask),
    });
    const { judge } = request;
    const judged = judge && { judge: (report: Parameters<typeof judge>[0]) => judge(maskReport(report)) };
    return maskReport(await runAgent({ ...request, ...judged }, signal));
  };
}
