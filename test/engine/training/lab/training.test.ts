import { describe } from 'vitest';
import { TRAINING_CASES } from './cases';
import { expectCases } from './expectations';

describe('the lab, by real training, on faults of the training', () => {
  expectCases(TRAINING_CASES);
});
