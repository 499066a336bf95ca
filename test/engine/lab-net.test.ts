import { describe } from 'vitest';
import { NET_CASES } from './lab-cases';
import { expectCases } from './lab-expectations';

describe('the lab, by real training, on faults of the net', () => {
  expectCases(NET_CASES);
});
