import { startFilters } from './filters.ts';
import { startLiveRun } from './live-run.ts';
import { startLiveRuns } from './live-runs.ts';
import { startTimes } from './times.ts';

document.documentElement.classList.add('js');
startTimes();
startFilters();
startLiveRuns();
startLiveRun();
