import { describe } from 'vitest';
import { DATA_CASES } from './lab-cases';
import { expectCases } from './lab-expectations';

describe('the lab, by real training, on faults of the data', () => {
  expectCases(DATA_CASES);
});
