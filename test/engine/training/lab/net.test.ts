import { describe } from 'vitest';
import { NET_CASES } from './cases';
import { expectCases } from './expectations';

describe('the lab, by real training, on faults of the net', () => {
  expectCases(NET_CASES);
});
