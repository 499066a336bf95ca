/**
 * The table of docs/collapse-cases.md: the lab's results for the faults planted in its tests, by training them again.
 */
import { runnerImport } from 'vite';
import type { LabOutcome, LabResult } from '../../src/contract/model/lab.ts';
import type * as Words from '../../src/core/collapse/verdict-words.ts';
import type * as BaseCases from '../../test/engine/training/lab/base-cases.ts';
import type * as Cases from '../../test/engine/training/lab/cases.ts';

const HEAD = [
  'case',
  'fault',
  'sound recipe recovers',
  "user's recovers",
  "verdict of the user's net",
  'cause named',
  'each of these prevents it',
  'found harmless',
  'runs',
];
const WITHOUT_CAUSE: Partial<Record<LabOutcome, string>> = {
  'no-collapse': 'no harm',
  'no-signal': 'no signal',
  'one-class': 'one class',
  'not-told-apart': 'not told apart',
};

const line = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => (cell === '' ? '–' : cell.replaceAll('|', '\\|'))).join(' | ')} |`;
const percent = (share: number | undefined): string => (share === undefined ? '' : `${Math.round(share * 100)} %`);

/** One case as a row; `note` is the beginning of the remark to quote from the answer. */
function row(
  id: string,
  fault: string,
  note: string | undefined,
  result: LabResult,
  verdicts: typeof Words.VERDICTS,
): string {
  const title = (choice: string): string => result.choices.find((one) => one.id === choice)?.title ?? choice;
  const remark = result.notes.find((one) => note !== undefined && one.includes(note));
  const answer =
    result.causes.length > 0
      ? result.causes.map((cause) => cause.phrase).join('; ')
      : (WITHOUT_CAUSE[result.outcome] ?? result.outcome);
  const undoes = [
    ...result.remedies.map((remedy) => remedy.choices.map(title).join(' and ')),
    ...result.alternatives.filter((one) => one.undoes).map((one) => one.title),
  ];
  const harmless = result.choices.filter((choice) => choice.role === 'harmless').map((choice) => choice.title);
  const kind = result.runs.find((run) => run.kind === 'user')?.verdict;
  const verdict = kind === undefined ? '' : verdicts[kind].short;
  return line([
    id,
    fault,
    percent(result.sound?.mean),
    percent(result.user?.mean),
    verdict,
    remark === undefined ? answer : `${answer}; “${remark}”`,
    undoes.join('; '),
    harmless.join(', '),
    String(result.runs.length),
  ]);
}

/**
 * Trains every case; takes about three minutes of processor time.
 * @param page the current docs/collapse-cases.md
 * @param tell called with each row when it is ready
 * @returns the page with a new table and the same text
 */
export async function collapseCasesPage(page: string, tell: (row: string) => void): Promise<string> {
  const { DATA_CASES, TRAINING_CASES, NET_CASES, runCase } = (
    await runnerImport<typeof Cases>('./test/engine/training/lab/cases.ts')
  ).module;
  const { VERDICTS } = (await runnerImport<typeof Words>('./src/core/collapse/verdict-words.ts')).module;
  const { baseCases } = (await runnerImport<typeof BaseCases>('./test/engine/training/lab/base-cases.ts')).module;
  const rows: string[] = [];
  for (const one of [...DATA_CASES, ...TRAINING_CASES, ...NET_CASES, ...(await baseCases())]) {
    const made = row(one.id, one.title, one.note, await runCase(one), VERDICTS);
    tell(made);
    rows.push(made);
  }
  const lines = page.split('\n');
  const first = lines.findIndex((text) => text.startsWith('|'));
  // Other tables follow.
  const end = lines.findIndex((text, at) => at > first && !text.startsWith('|'));
  return lines.toSpliced(first, end - first, line(HEAD), `|${HEAD.map(() => '---|').join('')}`, ...rows).join('\n');
}
