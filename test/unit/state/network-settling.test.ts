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

describe('when it is worth asking clusters again', () => {
  test('never while nothing happens', () => {
    clock.pass(3_600_000);
    expect(settled).toEqual([]);
  });

  test('once, when a VPN has come up in its steps', () => {
    addresses += '\ntun0 fd00::1';
    clock.pass(6000);
    addresses += '\ntun0 10.8.0.2';
    clock.pass(60_000);
    expect(settled).toHaveLength(1);
    expect(settled[0]).toBeGreaterThanOrEqual(9000);
  });

  test('after sleep, once, although the addresses are the same; nothing while it lasts', () => {
    settling.suspended();
    clock.pass(599_000);
    // Asleep: no timer runs.
    clock.time += 3_001_000;
    expect(settled).toEqual([]);
    settling.resumed();
    clock.pass(60_000);
    expect(settled).toEqual([3_603_000]);
  });

  test('after a sleep that was told of and never came, nor its end', () => {
    settling.suspended();
    clock.pass(700_000);
    expect(settled).toHaveLength(1);
    clock.pass(3_600_000);
    expect(settled).toHaveLength(1);
  });

  test('after a sleep that nobody told of, once; a timer that is late on a busy machine is none', () => {
    clock.time += 25_000;
    clock.pass(20_000);
    expect(settled).toEqual([]);
    clock.time += 3_600_000;
    clock.pass(60_000);
    expect(settled).toHaveLength(1);
  });

  test('waits for an address after sleep, but not for ever', () => {
    settling.suspended();
    addresses = '';
    settling.resumed();
    clock.pass(10_000);
    expect(settled).toEqual([]);
    clock.pass(25_000);
    expect(settled).toHaveLength(1);
  });

  test('leaves no timer behind', () => {
    settling.close();
    expect(clock.waiting).toBe(0);
  });
});
