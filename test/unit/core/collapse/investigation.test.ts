import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareConfigurations } from '../../../../src/core/collapse/choices';
import type { ChoiceId } from '../../../../src/core/collapse/interventions/index';
import { investigate } from '../../../../src/core/collapse/investigation';
import { headline, roleWords } from '../../../../src/core/collapse/lab-words';
import { ALL, ask, longer, question, sound, user, world } from './lab-world';

describe('investigation', () => {
  it('differs in the eight choices that these tests rest on', () => {
    expect(compareConfigurations(user, sound).differences.map((one) => one.choice.id)).toEqual(ALL);
  });

  it('names the one cause, its line and its remedy, and clears the rest', async () => {
    const { result, trained } = await ask([['learning-rate']]);
    expect(result.outcome).toBe('cause-found');
    expect(result.causes.map((one) => one.choices)).toEqual([['learning-rate']]);
    expect(result.remedies.map((one) => one.choices)).toEqual([['learning-rate']]);
    expect(result.causes[0]).toMatchObject({ confirmed: true });
    expect(result.sentence).toBe(
      'Cause: learning rate (0.1 with Adam). The collapse is prevented by learning rate: 0.002 with Adam instead of 0.1 with Adam.',
    );
    expect(result.choices.find((one) => one.id === 'learning-rate')).toMatchObject({ role: 'cause', line: 12 });
    expect(result.choices.filter((one) => one.role === 'harmless')).toHaveLength(7);
    expect(trained.length).toBeLessThan(35);
    expect(result.causes[0]!.level.seeds).toBe(3);
  });

  it('finds a pair that only collapses together, either of which prevents the collapse if corrected', async () => {
    const { result } = await ask([['batch-norm', 'learning-rate']]);
    expect(result.causes.map((one) => one.choices)).toEqual([['batch-norm', 'learning-rate']]);
    expect(result.remedies.map((one) => one.choices).toSorted()).toEqual([['batch-norm'], ['learning-rate']]);
    expect(result.choices.filter((one) => one.role === 'part-of-cause').map((one) => one.id)).toEqual([
      'batch-norm',
      'learning-rate',
    ]);
    expect(result.sentence).toContain('together');
  });

  it('finds two causes that each suffice, and that only correcting both helps', async () => {
    const { result } = await ask([['init'], ['steps', 'shuffle']]);
    expect(result.causes.map((one) => [...one.choices].sort().join()).sort()).toEqual(['init', 'shuffle,steps']);
    expect(result.remedies).toHaveLength(1);
    expect(result.remedies[0]!.choices).toContain('init');
    expect(result.remedies[0]!.choices).toHaveLength(2);
  });

  it('says that there is no collapse if the recipe learns as well as the sound one', async () => {
    const { result } = await ask([]);
    expect(result.outcome).toBe('no-collapse');
    expect(result.causes).toEqual([]);
  });

  it('blames no choice if nothing can be learned', async () => {
    const { result, trained } = await ask(
      [[]],
      {},
      { yardstick: { balancedAccuracy: 0.26, atMost: 0.3, aboveChance: false } },
    );
    expect(result.outcome).toBe('no-signal');
    expect(result.sentence).toContain('nothing suggests that your settings are the cause');
    expect(result.choices).toEqual([]);
    expect(result.remedies).toEqual([]);
    expect(trained).toEqual(['sound #1']);
  });

  it('does not say that nothing can be learned if the images are too few to tell', async () => {
    const yardstick = { balancedAccuracy: 0.25, atMost: 0.6, aboveChance: false };
    const { result } = await ask([[]], {}, { yardstick });
    expect(result.outcome).toBe('too-few-images');
    expect(result.sentence).toContain('instant probe 25 % (95 %: at most 60 %)');
    expect(result.sentence).toContain('Even a clear signal can be missed in so few images');
    expect(result.choices).toEqual([]);
  });

  it('blames no choice if all labels are the same, and trains nothing', async () => {
    const { result, trained } = await ask([], {}, { classes: 1 });
    expect(result.outcome).toBe('one-class');
    expect(trained).toEqual([]);
  });

  describe('with a sound recipe that does not reach what the images can give', () => {
    const efforts = [longer(1), longer(2), longer(4)];

    it('trains longer before it judges a recipe that learns, and says what it did not judge', async () => {
      const { result } = await ask([], { soundLevel: 0.5 }, { efforts });
      expect(result.outcome).toBe('no-collapse');
      expect(result.collapseOnly).toBe(true);
      expect(new Set(result.runs.filter((run) => run.kind === 'sound').map((run) => run.steps))).toEqual(
        new Set([400, 800, 1600]),
      );
      expect(result.sentence).toMatch(
        /^No collapse: the lab's small net reaches a balanced accuracy of 5\d % with your recipe and 5\d % with a sound one \(guessing gives 25 %\)\. The instant probe reaches 90 %/,
      );
    });

    it('gives up if the sound recipe learns next to nothing', async () => {
      const { result } = await ask([['init']], { soundLevel: 0.12 }, { efforts });
      expect(result.outcome).toBe('sound-fails');
      expect(result.user).toBeNull();
      expect(headline(result).title).toBe('The lab cannot judge recipes on these images');
    });

    it('names the cause of a collapse, with what the small net reaches', async () => {
      const { result, trained } = await ask([['learning-rate']], { soundLevel: 0.55 }, { efforts });
      expect(result.outcome).toBe('cause-found');
      expect(result.collapseOnly).toBe(true);
      expect(result.causes.map((one) => one.choices)).toEqual([['learning-rate']]);
      expect(result.remedies.map((one) => one.choices)).toEqual([['learning-rate']]);
      expect(headline(result).title).toBe('The cause is found');
      expect(result.sentence).toMatch(
        /^Cause: learning rate \(0\.1 with Adam\)\. .* The lab's small net reaches a balanced accuracy of 6\d % with a sound recipe and 2\d % with yours, no better than guessing; guessing gives 25 %\./,
      );
      // It needs no longer training for that.
      expect(Math.max(...result.runs.map((run) => run.steps))).toBe(400);
      expect(trained.length).toBeLessThan(35);
    });

    it('does not blame a recipe that learns less than the sound one but has not collapsed', async () => {
      for (let seed = 1; seed <= 20; seed++) {
        const { result } = await ask(
          [['learning-rate']],
          { soundLevel: 0.6, harm: 0.7, noise: 0.1, seed },
          { efforts },
        );
        expect(result.outcome).toBe('sound-fails');
        expect(result.causes).toEqual([]);
        expect(result.remedies).toEqual([]);
        expect(headline(result).title).toBe('Your recipe learns; the lab cannot tell whether it falls short');
        expect(result.sentence).toContain('too weak on these images to judge whether your recipe falls short');
      }
    });

    it('does not blame a slow recipe that learns when it is trained longer', async () => {
      const slow = ['learning-rate'] as const;
      const { result } = await ask([slow], { soundLevel: 0.55, learnsAfter: 100 }, { efforts });
      expect(result.causes).toEqual([]);
      expect(result.outcome).not.toBe('cause-found');
    });

    it('does not acquit a recipe by longer training if the rules object to more than its speed', async () => {
      const suspects: ChoiceId[] = ['shuffle', 'learning-rate'];
      const { result } = await ask([['shuffle']], { soundLevel: 0.55, learnsAfter: 100 }, { efforts, suspects });
      expect(result.outcome).toBe('cause-found');
      expect(result.causes.map((one) => one.choices)).not.toEqual([]);
    });

    it('says that a recipe learns although there was no time for the controls', async () => {
      const whole = await ask([], { soundLevel: 0.5 }, { efforts });
      const { result } = await ask([], { soundLevel: 0.5, budget: whole.trained.length }, { efforts });
      expect(result.outcome).toBe('no-collapse');
      expect(result.controls).toEqual([]);
      expect(result.notes).toEqual([
        'The time ran out before the controls, on shuffled labels and blanked images, were trained.',
      ]);
    });

    it('says that a recipe learns if there is no time to train it as long as the sound one needs', async () => {
      const world = { soundLevel: 0.65, grown: 0.9 };
      const whole = await ask([], world, { efforts });
      expect([whole.result.outcome, whole.result.collapseOnly]).toEqual(['no-collapse', undefined]);
      const { result } = await ask([], { ...world, noLonger: true }, { efforts });
      expect([result.outcome, result.collapseOnly]).toEqual(['no-collapse', true]);
      expect(result.sentence).toMatch(
        /^No collapse: the lab's small net reaches a balanced accuracy of 6\d % with your/,
      );
      expect(result.notes).toContain(
        'There was no time to train both recipes longer, so the lab judges only whether yours collapses.',
      );
      const short = await ask([], { ...world, budget: 5 }, { efforts });
      expect(short.result.outcome).toBe('out-of-time');
      expect(short.result.sentence).toMatch(/the sound recipe recovers 6\d % and yours 6\d %\./);
    });

    it('says what it knows of the collapse if the time runs out while it trains longer', async () => {
      const { result } = await ask([], { soundLevel: 0.5, budget: 6 }, { efforts });
      expect(result.causes).toEqual([]);
      expect(headline(result).title).not.toMatch(/collapses|learns too little/);
    });
  });

  it('does not blame a slow recipe that learns as much as the sound one when it is trained longer', async () => {
    const { result } = await ask([['learning-rate']], { learnsAfter: 100 }, { efforts: [1, 4].map(longer) });
    expect(result.outcome).toBe('no-collapse');
    expect(result.sentence).toMatch(
      /^No collapse: trained longer \(160 updates\), your recipe recovers .* as the sound one with 400 updates\.$/,
    );
  });

  it('tests the suspects before the long run that clears them, and takes back what it found', async () => {
    const suspects: ChoiceId[] = ['learning-rate'];
    const efforts = [1, 4].map(longer);
    const { result } = await ask([suspects], { learnsAfter: 100 }, { efforts, suspects });
    expect(result.outcome).toBe('no-collapse');
    expect([result.causes, result.remedies]).toEqual([[], []]);
    expect(result.choices.some(({ role }) => role === 'cause' || role === 'part-of-cause')).toBe(false);
    const long = result.runs.findIndex(({ kind, steps }) => kind === 'user' && steps > user.steps);
    expect(result.runs.findIndex(({ kind }) => kind === 'break')).toBeLessThan(long);
  });

  describe('a choice with which the sound recipe fails only because the lab is short', () => {
    const causes: ChoiceId[][] = [['shuffle'], ['learning-rate']];
    const efforts = [1, 4].map(longer);
    const suspects: ChoiceId[] = ['shuffle'];
    const blamed = async (asked: Parameters<typeof ask>[2]): Promise<string[]> => {
      const { result } = await ask(causes, { learnsAfter: 1000 }, { efforts, suspects, ...asked });
      return result.causes.map(({ choices }) => choices.join());
    };

    it('is not blamed if longer training makes up for it', async () => {
      const { result } = await ask(causes, { learnsAfter: 1000 }, { efforts, suspects });
      expect(result.causes.map(({ choices }) => choices)).toEqual([['shuffle']]);
      const choice = result.choices.find(({ id }) => id === 'learning-rate')!;
      expect(choice.role).toBe('slows');
      expect(roleWords(choice).title).toBe('Slows learning');
    });

    it('is blamed if the user trains no longer, if a rule objects to it, or if longer training does not help', async () => {
      const both = ['learning-rate', 'shuffle'];
      expect((await blamed({ efforts: [longer(1)] })).toSorted()).toEqual(both);
      expect((await blamed({ suspects: ['learning-rate'] })).toSorted()).toEqual(both);
      const { result } = await ask(causes, { learnsAfter: 5000 }, { efforts, suspects });
      expect(result.causes).toHaveLength(2);
    });
  });

  it('ends with what it knows when time is up, whenever that is', async () => {
    for (let budget = 0; budget < 30; budget += 3) {
      const { result } = await ask([['learning-rate', 'shuffle']], { budget });
      expect(['out-of-time', 'cause-found']).toContain(result.outcome);
      expect(result.runs.length).toBeLessThanOrEqual(budget + 3);
    }
  });

  it('names what prevents the collapse when time is up before the cause is found, and clears nothing that is part of it', async () => {
    const cause: ChoiceId[] = ['batch-norm', 'learning-rate', 'schedule'];
    const whole = await ask([cause]);
    // Up to the end of the repairs: sound and user once each, breaks, repairs.
    const { result } = await ask([cause], { budget: 1 + 1 + ALL.length + ALL.length });
    expect(result.outcome).toBe('out-of-time');
    expect(headline(result).title).toMatch(
      /^What (prevents|seems to prevent) the collapse is found; the time ran out before the cause was$/,
    );
    expect(result.remedies.map((one) => one.choices).toSorted()).toEqual(cause.map((id) => [id]).toSorted());
    expect(result.sentence).toMatch(
      /^The collapse seems to be prevented by .*batch norm: on instead of off.* Of what these images can give, the sound recipe recovers 1?0?[90]\d? % and yours .* Start the lab again to resume from here\.$/,
    );
    expect(result.choices.filter((one) => one.role === 'part-of-cause').map((one) => one.id)).toEqual(cause);
    const early = await ask([cause], { budget: 1 + 1 + ALL.length });
    expect(new Set(early.result.choices.map((one) => roleWords(one).title))).toEqual(new Set(['Partly tested']));
    expect(headline(early.result).title).toBe('Your recipe collapses; the time ran out before the cause was found');
    expect(headline(whole.result).title).toBe('The cause is found');
    expect(whole.result.causes.map((one) => one.choices)).toEqual([cause]);
  });

  it('tests what the rules object to first, and confirms it before the rest in a short time', async () => {
    const suspects: ChoiceId[] = ['learning-rate', 'normalization'];
    const { result, trained } = await ask([['learning-rate']], { budget: 10 }, { suspects });
    expect(trained.slice(0, 6)).toEqual([
      'sound #1',
      'user #1',
      'sound + learning-rate #1',
      `sound + ${ALL.filter((id) => id !== 'learning-rate').join(' + ')} #1`,
      'sound + normalization #1',
      `sound + ${ALL.filter((id) => id !== 'normalization').join(' + ')} #1`,
    ]);
    expect(result.outcome).toBe('out-of-time');
    expect(headline(result).title).toBe('A cause is found; the time ran out before the rest was tested');
    expect(result.remedies).toMatchObject([{ choices: ['learning-rate'], confirmed: true }]);
  });

  it('tests the suspects together before the rest if no single one decides, and names a minimal set in a short time', async () => {
    const suspects: ChoiceId[] = ['learning-rate', 'normalization', 'init', 'dropout'];
    // Any two of three are enough, so that no single one causes or prevents the collapse.
    const three: ChoiceId[] = ['learning-rate', 'init', 'dropout'];
    const pairs = three.map((id) => three.filter((other) => other !== id));
    const whole = await ask(pairs, {}, { suspects });
    const rest = whole.trained.findIndex((key) => key.startsWith('sound + batch-norm #'));
    const { result } = await ask(pairs, { budget: rest }, { suspects });
    expect(result.outcome).toBe('out-of-time');
    for (const [kind, sets] of Object.entries({ cause: result.causes, remedy: result.remedies })) {
      expect(sets, kind).toHaveLength(1);
      expect(sets[0], kind).toMatchObject({ confirmed: true });
      expect(sets[0]!.choices, kind).toHaveLength(2);
      expect(three, kind).toEqual(expect.arrayContaining(sets[0]!.choices));
    }
    expect(whole.result.outcome).toBe('cause-found');
    expect(whole.result.causes.map(({ choices }) => choices)).toContainEqual(result.causes[0]!.choices);
  });

  it('says of a recipe that learns a little that it learns too little', async () => {
    const { result } = await ask([['learning-rate', 'shuffle']], { harm: 0.7, budget: 6 });
    expect(headline(result).title).toBe('Your recipe learns too little; the time ran out before the cause was found');
  });

  it('names first a cause that was found before time was up', async () => {
    const { result } = await ask([['learning-rate']], { budget: 1 + 1 + ALL.length });
    expect(result.outcome).toBe('out-of-time');
    expect(headline(result).title).toBe('A likely cause is found; the time ran out before it was confirmed');
    expect(result.causes).toMatchObject([{ choices: ['learning-rate'], confirmed: false }]);
    expect(result.sentence).toMatch(/^Likely cause: learning rate \(0\.1 with Adam\)\. /);
  });

  it('names what a choice costs without a collapse, if that is beyond the noise between seeds', async () => {
    const { result } = await ask([['learning-rate']], { costly: { id: 'normalization', cost: 0.12 } });
    const costs = result.choices.filter((one) => one.cost !== null).map((one) => one.id);
    expect(costs).toEqual(['learning-rate', 'normalization']);
    const choice = result.choices.find((one) => one.id === 'normalization')!;
    expect(choice.role).toBe('harmless');
    expect(roleWords(choice).title).toMatch(/^No collapse, but costs 1\d %$/);
    expect(roleWords(result.choices.find((one) => one.id === 'schedule')!).title).toBe('No collapse by itself');
  });

  it('calls the training of a whole base harmless in no lab, because it trains only a part of it', async () => {
    const whole = { ...user, recipe: { ...user.recipe, base: 'whole' as const, batchSize: 32 } };
    const frozen = { ...sound, recipe: { ...sound.recipe, base: 'frozen' as const } };
    const { result } = await ask(
      [['learning-rate']],
      {},
      { efforts: [{ user: whole, sound: frozen }], pretrained: true },
    );
    const roleOf = (id: string): string | undefined => result.choices.find((one) => one.id === id)?.role;
    expect(roleOf('base')).toBe('partly-tested');
    expect(roleOf('schedule')).toBe('harmless');
  });

  it('reports a cost that does not exist about as rarely as the level of its test says: one in forty', async () => {
    let [named, choices] = [0, 0];
    for (let seed = 1; seed <= 60; seed++) {
      const { result } = await ask([['learning-rate']], { seed, noise: 0.2 });
      const free = result.choices.filter((one) => one.role === 'harmless');
      choices += free.length;
      named += free.filter((one) => one.cost !== null).length;
    }
    expect(choices).toBeGreaterThan(350);
    expect(named / choices).toBeLessThan(0.05);
  });

  it('looks for a joint cause first among the choices whose repair prevents the collapse', async () => {
    const { trained } = await ask([['batch-norm', 'learning-rate']]);
    const combinations = new Set(
      trained
        .map((key) => key.split(' #')[0]!)
        .filter(
          (key) => key.startsWith('sound + ') && key.split(' + ').length > 2 && key.split(' + ').length < ALL.length,
        ),
    );
    expect(combinations).toContain('sound + batch-norm + learning-rate');
    // Apart from it, only the remaining choices are tested: six that cause no collapse.
    expect(combinations.size).toBe(2);
  });

  it('finds any planted minimal causes despite the noise between seeds', async () => {
    const cause = fc.subarray(ALL, { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(cause, async (planted) => {
        const { result } = await ask([planted], { noise: 0.2 });
        expect(result.outcome).toBe('cause-found');
        expect(result.causes.map((one) => one.choices)).toEqual([planted]);
        expect(
          result.remedies.every((one) => one.choices.length === 1 && planted.includes(one.choices[0] as ChoiceId)),
        ).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('confirms no cause if the noise is as large as the harm, and says that it is too large', async () => {
    const outcomes = new Set<string>();
    for (let seed = 0; seed < 100; seed++) {
      const { result } = await ask([['learning-rate']], { noise: 0.5, harm: 0.35, seed });
      outcomes.add(result.outcome);
      if (result.outcome === 'not-told-apart')
        expect(result.sentence).toContain('the noise between seeds is too large');
    }
    expect(outcomes).toContain('not-told-apart');
  });

  it('passes on that it was cancelled', async () => {
    const stop = new Error('cancelled');
    await expect(investigate(question, () => Promise.reject(stop), world([]).control)).rejects.toBe(stop);
  });
});
