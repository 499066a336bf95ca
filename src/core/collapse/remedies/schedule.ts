import { insertAfter, removeStatement, statementOf } from './edit';
import { callsNamed, type CodeRemedy, type Way } from './remedy';

export const scheduleRemedy: CodeRemedy = {
  rules: ['schedule-per-batch'],
  reason: () => 'The schedule is now stepped once per epoch, after the loop over the batches.',
  ways: (ailment) => {
    const { script, code } = ailment;
    return callsNamed(ailment, /^step$/).flatMap(({ node }): Way[] => {
      const statement = statementOf(script, node);
      const loop = script.where(node)?.loops.at(-1);
      if (!statement || !loop) return [];
      const moved = insertAfter(code, loop, statement.text);
      const removed = removeStatement(script, code, statement);
      if (!moved || !removed) return [];
      // The last statement of the loop ends where the moved one begins.
      if (removed.end > moved.start)
        return [[{ start: removed.start, end: moved.end, text: moved.text.replace(/^\n/, '') }]];
      return [[removed, moved]];
    });
  },
};
