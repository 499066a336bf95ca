/** Schedules of PyTorch whose learning rate is gone long before the training ends. */
import { argument, numberOf, reportFault, type Draft } from './draft';
import { objectOf, type TorchRun } from './pytorch-run';
import { EARLY, stepCount, stepsUntilGone, torchCourse } from './rate-course';
import { loopCount, type Call, type Script } from './syntax';

/** Code that changes the learning rate itself. */
const SETS_RATE = /\[['"]lr['"]\]\s*[*/+-]?=[^=]/;

/**
 * A schedule that is stepped after each batch, although its numbers are those of epochs, or that falls too fast for the
 * epochs. Several schedules, and steps under a condition, are not judged.
 */
export function readTorchSchedule(script: Script, draft: Draft, run: TorchRun): void {
  const [step] = run.scheduleSteps;
  const [pass] = run.steps.length > 0 ? run.backward : [];
  const [at, around] = [step && script.where(step.node), pass && script.where(pass.node)];
  const made = (call: Call): Call | undefined => script.callAt(script.resolve(objectOf(call)!));
  const schedule = step && made(step);
  if (!schedule || !at || !around || run.scheduleSteps.some((call) => made(call) !== schedule)) return;
  const loop = at.loops.at(-1);
  if (!loop || !around.loops.includes(loop) || at.arms.length > around.arms.length) return;
  const course = torchCourse(script, schedule);
  const rate = run.optimizer && numberOf(script, argument(run.optimizer, ['lr'], 1));
  const after = course && stepsUntilGone(course, rate);
  if (after === null || SETS_RATE.test(script.root.text)) return;
  if (around.loops.length > 1 && loop === around.loops.at(-1)) {
    reportFault(draft, step.line, {
      rule: 'schedule-per-batch',
      severity: 'error',
      fields: ['schedule'],
      stated: [],
      fromUpdates: after / EARLY,
      sentence: `${schedule.last} is stepped after each batch: after ${stepCount(after, 'batch', 'batches')} the learning rate is close to zero, and the rest of the training changes almost nothing.`,
      remedy: 'Call the step of the schedule once per epoch, after the loop over the batches.',
    });
    return;
  }
  const passes = loopCount(loop, script.constant);
  if (passes === null || after > EARLY * passes) return;
  reportFault(draft, schedule.line, {
    rule: 'rate-gone',
    severity: 'warning',
    fields: ['schedule'],
    stated: [],
    sentence: `After ${after} of ${passes} ${around.loops.length > 1 ? 'epochs' : 'passes of the loop'} the learning rate is close to zero, and the others change almost nothing.`,
    remedy: 'Lower the learning rate more slowly, so that it lasts for most of the training.',
  });
}
