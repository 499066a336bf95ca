import { describe, expect, it } from 'vitest';
import type { ChoiceId } from '../../../../src/core/collapse/interventions/index';
import { headline } from '../../../../src/core/collapse/lab-words';
import { withUntrained } from '../../../../src/core/collapse/untrained';
import { ask, longer, sound, user } from './lab-world';

describe('the answer of a lab says no more than was measured', () => {
  it('does not say that a recipe recovers as much as the sound one if it recovers less', async () => {
    const costly = { id: 'normalization', cost: 0.1 } as const;
    const { result } = await ask([], { costly });
    expect(result.outcome).toBe('no-collapse');
    expect(result.sentence).toMatch(
      /^No collapse: your recipe recovers (89|9[01]) % of what these images can give \(balanced accuracy \d+ %\)\. The sound one recovers (99|10[01]) %: the lab looks for a cause only from a difference of 15 % on\.$/,
    );
    const told = withUntrained(result, [
      { inPart: false, rule: 'x', severity: 'error', fields: [], sentence: 'A fault.', remedy: 'Mend it.', line: null },
    ]).sentence;
    expect(told).toMatch(/Without it, a net with your other settings recovers \d+ % .* The sound one recovers \d+ %: /);
    const close = await ask([]);
    expect(close.result.sentence).toMatch(/, about as much as the sound one\.$/);
  });

  it('says that the seeds differ too much if a recipe recovers far less, but not surely', async () => {
    const sentences = new Set<string>();
    for (let seed = 1; seed <= 60; seed++) {
      const { result } = await ask([['normalization']], { harm: 0.22, noise: 0.5, seed });
      if (result.outcome === 'no-collapse' && result.sound!.mean - result.user!.mean >= 0.15)
        sentences.add(result.sentence);
    }
    expect(sentences.size).toBeGreaterThan(0);
    for (const sentence of sentences)
      expect(sentence).toMatch(/ The sound one recovers \d+ %: the seeds differ too much to be sure that yours/);
  });

  it('says in each answer that another network took the place of the base', async () => {
    const told = / All this was tested with EfficientNet-Lite0 in place of your base\.$/;
    const causes: ChoiceId[][] = [['learning-rate']];
    const asked = [ask([], {}, { pretrained: true }), ask(causes, { budget: 12 }, { pretrained: true })];
    const collapse = await ask(causes, { soundLevel: 0.55 }, { pretrained: true });
    for (const { result } of [...(await Promise.all(asked)), collapse]) expect(result.sentence).toMatch(told);
    expect(collapse.result.sentence).toContain("The lab's net reaches a balanced accuracy");
    expect((await ask(causes)).result.sentence).not.toMatch(told);
    expect((await ask([], {}, { pretrained: true, classes: 1 })).result.sentence).not.toMatch(told);
  });

  it('says of nothing that rests on one seed that it is so', async () => {
    for (let budget = 2; budget < 24; budget++) {
      const { result } = await ask([['learning-rate', 'shuffle']], { budget });
      const { causes, remedies, outcome, sentence } = result;
      if (outcome !== 'out-of-time') continue;
      const told = (text: RegExp): boolean => text.test(sentence);
      expect(told(/^Cause/)).toBe(causes.some((one) => one.confirmed));
      expect(told(/Likely cause/)).toBe(causes.some((one) => !one.confirmed));
      expect(told(/is prevented by/)).toBe(remedies.some((one) => one.confirmed));
      expect(told(/seems to be prevented by/)).toBe(remedies.some((one) => !one.confirmed));
    }
  });

  it('names the values that it trained, if they are others than those of the two recipes', async () => {
    const sgd = { ...user, recipe: { ...user.recipe, optimizer: { kind: 'sgd', momentum: 0.9 }, learningRate: 1 } };
    const { result } = await ask([['learning-rate']], {}, { efforts: [{ user: sgd as typeof user, sound }] });
    expect(result.outcome).toBe('cause-found');
    expect(result.sentence).toBe(
      'Cause: learning rate (1 with SGD with momentum 0.9; tested as 0.2 with Adam). The collapse is prevented by learning rate: 0.01 with SGD with momentum 0.9 instead of 1 with SGD with momentum 0.9.',
    );
    const titles = result.runs.map(({ title }) => title);
    expect(titles).toContain('the sound recipe with your learning rate (0.2 with Adam)');
    expect(titles).toContain('your recipe with the sound learning rate (0.01 with SGD with momentum 0.9)');
  });

  it('names the rate at which another optimizer was tested, if it is of neither recipe', async () => {
    const sgd = { ...user, recipe: { ...user.recipe, optimizer: { kind: 'sgd', momentum: 0.9 }, learningRate: 1 } };
    const efforts = [{ user: sgd as typeof user, sound }];
    const { result } = await ask([['optimizer']], {}, { efforts });
    expect(result.sentence).toBe(
      'Cause: optimizer (SGD with momentum 0.9; tested as SGD with momentum 0.9 at a rate of 0.01). The collapse is prevented by optimizer: Adam at a rate of 0.2 instead of SGD with momentum 0.9.',
    );
    const both = await ask([['optimizer', 'learning-rate']], {}, { efforts });
    expect(both.result.sentence).toMatch(
      /^Cause: optimizer \(SGD with momentum 0\.9\) and learning rate \(1 with SGD with momentum 0\.9\), together\./,
    );
  });

  it('names what is likely if there is no time to train a recipe longer, and confirms nothing', async () => {
    const efforts = [1, 4].map(longer);
    const suspects: ChoiceId[] = ['normalization'];
    for (const soundLevel of [1, 0.5]) {
      const { result } = await ask(
        [suspects],
        { learnsAfter: 5000, noLonger: true, soundLevel },
        { efforts, suspects },
      );
      expect(result.outcome).toBe('out-of-time');
      expect(result.causes).toMatchObject([{ choices: suspects, confirmed: false }]);
      expect(result.sentence).toMatch(/^Likely cause: normalization \(none, 0 to 255\)\. The collapse seems to be/);
      expect(result.sentence).toContain('no time to see whether your recipe learns when it is trained longer');
      expect(headline(result).title).toBe('A likely cause is found; the time ran out before it was confirmed');
    }
  });

  it('does not say that a choice is not enough alone if its own test was not clear', async () => {
    const causes: ChoiceId[][] = [['learning-rate', 'shuffle']];
    const clear = await ask(causes);
    expect(clear.result.causes[0]!.sentence).toMatch(/together: neither is enough alone, but with both /);
    const { result } = await ask(causes, { costly: { id: 'shuffle', cost: 0.5 } });
    expect(result.causes[0]!.choices).toEqual(['learning-rate', 'shuffle']);
    expect(result.causes[0]!.sentence).toMatch(
      /together: with both the sound recipe recovers .* Whether one of them would be enough is not clear\.$/,
    );
    expect(result.sentence).toMatch(/^Cause: .*, perhaps only one of them\. /);
    expect(clear.result.sentence).toMatch(/^Cause: .*, together\. /);
  });

  it('does not call it a collapse if a recipe only learns too little', async () => {
    const { result } = await ask([['learning-rate']], { harm: 0.6 });
    expect(result.outcome).toBe('cause-found');
    expect(result.sentence).toMatch(/^Cause: .*\. The shortfall is prevented by /);
    expect(headline({ ...result, causes: [] }).title).toBe('What prevents the shortfall is found');
    const pair = await ask([['learning-rate', 'shuffle']], { harm: 0.6 });
    expect(pair.result.causes[0]!.sentence).toMatch(
      /together: neither is enough alone, but with both the sound recipe/,
    );
  });
});
