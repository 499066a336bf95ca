import { describe } from 'vitest';
import { DATA_CASES } from './cases';
import { expectCases } from './expectations';

describe('the lab, by real training, on faults of the data', () => {
  expectCases(DATA_CASES);
});
