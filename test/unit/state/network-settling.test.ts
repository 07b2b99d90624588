import { beforeEach, describe, expect, test } from 'vitest';
import { NetworkSettling } from '../../../main/state/network-settling.ts';
import { TestClock } from '../../support/clock.ts';

let clock: TestClock;
let addresses: string;
let settled: number[];
let settling: NetworkSettling;

beforeEach(() => {
  clock = new TestClock();
  addresses = 'eth0 10.0.0.5';
  settled = [];
  const start = clock.now();
  settling = new NetworkSettling({ clock, addresses: () => addresses, onSettled: () => settled.push(clock.now() - start) });
});

describe('the network counts as settled', () => {
  test('never while nothing happens', () => {
    clock.pass(3_600_000);
    expect(settled).toEqual([]);
  });

  test('once, after a VPN came up in its steps', () => {
    addresses += '\ntun0 fd00::1';
    clock.pass(6000);
    addresses += '\ntun0 10.8.0.2';
    clock.pass(60_000);
    expect(settled).toHaveLength(1);
    expect(settled[0]).toBeGreaterThanOrEqual(9000);
  });

  test('once after sleep, although the addresses are the same, and never during sleep', () => {
    settling.suspended();
    clock.pass(599_000);
    // Asleep: no timer runs.
    clock.time += 3_001_000;
    expect(settled).toEqual([]);
    settling.resumed();
    clock.pass(60_000);
    expect(settled).toEqual([3_603_000]);
  });

  test('once after a sleep that was announced but never came, and whose end never came', () => {
    settling.suspended();
    clock.pass(700_000);
    expect(settled).toHaveLength(1);
    clock.pass(3_600_000);
    expect(settled).toHaveLength(1);
  });

  test('once after an unannounced sleep, but not for a late timer on a busy machine', () => {
    clock.time += 25_000;
    clock.pass(20_000);
    expect(settled).toEqual([]);
    clock.time += 3_600_000;
    clock.pass(60_000);
    expect(settled).toHaveLength(1);
  });

  test('after sleep with an address, or after a limited wait without one', () => {
    settling.suspended();
    addresses = '';
    settling.resumed();
    clock.pass(10_000);
    expect(settled).toEqual([]);
    clock.pass(25_000);
    expect(settled).toHaveLength(1);
  });

  test('leaves no timer running', () => {
    settling.close();
    expect(clock.waiting).toBe(0);
  });
});
