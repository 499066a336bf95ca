import { writeDecisions } from '../review/exchange';
import type { ExportFormat } from './format';

/** What was decided, in the form that `plumbline review --apply` reads. */
export const decisionsCsv: ExportFormat = {
  id: 'decisions.csv',
  *files({ log, timeText }) {
    yield ['decisions.csv', [writeDecisions(log, 'csv', timeText)]];
  },
};
