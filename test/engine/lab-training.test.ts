import { describe } from 'vitest';
import { TRAINING_CASES } from './lab-cases';
import { expectCases } from './lab-expectations';

describe('the lab, by real training, on faults of the training', () => {
  expectCases(TRAINING_CASES);
});
