/** A watched training as text for a terminal. */
import type { WatchedEpoch, WatchedRun } from '../contract/model/training-watch';
import { counted, estimated, integer, percentOneDecimal } from '../core/text/numbers';
import { VERDICTS } from '../core/collapse/verdict-words';
import { endWords, WATCH_VERDICTS } from '../core/collapse/watch/words';
import { printable } from './printable';

/** Number of classes that a line names; the shares of the others are added up. */
const SHOWN = 5;
const BAR = 20;

export function runHeadText({ id, framework, host, classes, images }: WatchedRun): string {
  const from = [framework, host === '' ? '' : `on ${host}`].filter((part) => part !== '').join(' ');
  return `${printable(`Run ${id}${from === '' ? '' : ` (${from})`}: ${counted(images, 'image')} of ${counted(classes.length, 'class', 'classes')} in the sample`)}\n`;
}

const maybe = (value: number | null, digits: number): string => (value === null ? '–' : value.toPrecision(digits));

/** The shares of the most predicted classes. */
function histogram(predicted: readonly number[], classes: readonly string[]): string {
  const total = predicted.reduce((sum, n) => sum + n, 0);
  const order = [...predicted.keys()].filter((k) => predicted[k]! > 0).sort((a, b) => predicted[b]! - predicted[a]!);
  const rest = order.slice(SHOWN);
  const top = order[0] === undefined ? 0 : predicted[order[0]]! / total;
  const filled = Math.round(top * BAR);
  return [
    `[${'#'.repeat(filled)}${'.'.repeat(BAR - filled)}]`,
    ...order.slice(0, SHOWN).map((k) => `${classes[k] ?? ''} ${percentOneDecimal(predicted[k]! / total)}`),
    ...(rest.length > 0 ? [`${integer(rest.length)} more`] : []),
  ].join('  ');
}

/** One line: the numbers of the epoch, its verdict by the diagnosis, and the shares of what was predicted. */
export function epochText(epoch: WatchedEpoch, classes: readonly string[]): string {
  const { balancedAccuracy } = epoch;
  const balanced =
    balancedAccuracy === null
      ? ''
      : ((): string => {
          const said = estimated(balancedAccuracy.value, balancedAccuracy.low, balancedAccuracy.high, 1);
          return `balanced ${said.value} (95 %: ${said.interval})`;
        })();
  const parts = [
    `Epoch ${integer(epoch.epoch)}`,
    `loss ${epoch.notFinite && epoch.loss === null ? 'not finite' : maybe(epoch.loss, 4)}`,
    ...(epoch.accuracy === null ? [] : [`accuracy ${percentOneDecimal(epoch.accuracy)}`]),
    ...(balanced === '' ? [] : [balanced]),
    ...(epoch.verdict === null ? [] : [VERDICTS[epoch.verdict].short]),
    ...(epoch.predicted === null ? [] : [histogram(epoch.predicted, classes)]),
  ];
  return `${printable(parts.join('  '))}\n`;
}

export function verdictText({ verdict, remarks, unreadable, ended }: WatchedRun): string {
  const lines = [
    `Verdict: ${WATCH_VERDICTS[verdict.kind].title}. ${verdict.sentence} (Training: ${endWords(ended)}.)`,
    ...remarks.map(({ severity, sentence }) => `${severity === 'warning' ? 'Warning' : 'Note'}: ${sentence}`),
    ...(unreadable > 0 ? [`Note: ${counted(unreadable, 'line')} of the file could not be read.`] : []),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}
